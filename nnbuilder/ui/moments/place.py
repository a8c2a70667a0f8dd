"""Puts the time machine where a training is shown."""

from typing import Protocol

from PySide6.QtWidgets import QWidget

from nnbuilder.session.session import Session
from nnbuilder.ui.moments.bar import TimeBar
from nnbuilder.ui.moments.page import MomentPage

_TIP = "Metrics and weights of the past moment that the time machine shows"


class Shelf(Protocol):
    """Where pages stand, with room below all of them."""

    def add_page(self, title: str, page: QWidget, tip: str) -> object:
        """Adds a page behind the others."""

    def add_foot(self, foot: QWidget) -> None:
        """Puts a widget below all pages."""


class Moments:
    """The slider below all pages of a training, and the page that shows a moment's own figures."""

    def __init__(self, session: Session) -> None:
        self.page = MomentPage(session.time, session.run, session.document)
        self.bar = TimeBar(session.time, session.run)

    def join(self, shelf: Shelf) -> None:
        """Puts both in their places."""
        shelf.add_page("Moment", self.page, _TIP)
        shelf.add_foot(self.bar)
