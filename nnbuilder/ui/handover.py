"""What one panel gives to another: numbers of the bench that are to be sent through the network."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from nnbuilder.protocol.microscope import Place
from nnbuilder.session.session import Session
from nnbuilder.ui.panels import Panels


class Handover:
    """Joins panels that know nothing of each other; `show` brings one to the front, `say` tells why not."""

    def __init__(
        self,
        panels: Panels,
        session: Session,
        show: Callable[[QWidget], object],
        say: Callable[[str], object],
    ) -> None:
        self._panels = panels
        self._session = session
        self._show = show
        self._say = say
        panels.late.bench.then(lambda bench: bench.view.rows_taken.connect(self.look_at_rows))

    def look_at_rows(self, text: str) -> None:
        """Sends rows through the network in the microscope, from the first layer on."""
        if not text:
            self._say("Some of these numbers are not finite, or there are none: a network cannot take them.")
            return
        self._show(self._panels.microscope)
        self._session.microscope.ask(rows=text, targets="", place=Place("forward"), row=0, unit=0)
