"""PySide6 must not drop references to None: 6.12.0 does on Python 3.11, and aborts in the end."""

import sys

from PySide6.QtCore import QObject

CALLS = 1000


def test_none_keeps_its_references() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - CALLS // 2
