"""The legend beside a picture of predictions."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPicture

from nnbuilder.ui.predictions import legend
from nnbuilder.ui.predictions.legend import Entry, paint_legend

ENTRIES: list[Entry] = [
    ("setosa", QColor("#f00"), False),
    ("training", QColor("#888"), False),
    ("validation", QColor("#888"), True),
]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("room", "words"),
    [(200.0, ["setosa", "training", "validation"]), (57.0, ["setosa", "train", "val"])],
)
def test_the_parts_are_named_in_full_or_shortly_but_never_cut(
    room: float, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    class Heard(QFontMetricsF):
        """Notes what is written, as it fits."""

        def elidedText(
            self, text: str, mode: Qt.TextElideMode, width: float, flags: int | None = None
        ) -> str:
            """What comes out."""
            written.append(super().elidedText(text, mode, width))
            return written[-1]

    monkeypatch.setattr(legend, "QFontMetricsF", Heard)
    picture = QPicture()
    painter = QPainter(picture)
    paint_legend(painter, QRectF(0, 0, room, 200), ENTRIES)
    painter.end()
    assert written == words
