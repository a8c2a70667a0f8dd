"""Panels that are made when they are needed: the first paint of the window does not wait for them."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

Panel_co = TypeVar("Panel_co", bound=QWidget, covariant=True)


class Late(Generic[Panel_co]):
    """One panel; whoever calls `get` first has it made."""

    def __init__(self, make: Callable[[], Panel_co]) -> None:
        self._make = make
        self._panel: Panel_co | None = None
        self._then: list[Callable[[Panel_co], object]] = []

    @property
    def made(self) -> Panel_co | None:
        """The panel, if it was made."""
        return self._panel

    def get(self) -> Panel_co:
        """The panel; it is made, wired and put into its place first where that was not done yet."""
        if self._panel is None:
            self._panel = panel = self._make()
            for then in self._then:
                then(panel)
            self._then.clear()
        return self._panel

    def then(self, do: Callable[[Panel_co], object]) -> None:
        """Does something with the panel once it is there."""
        if self._panel is None:
            self._then.append(do)
        else:
            do(self._panel)
