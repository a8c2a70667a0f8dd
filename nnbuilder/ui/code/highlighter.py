"""Colours Python in the editor, with the colours of the theme in use."""

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from nnbuilder.ui.code.hidden import marks_in
from nnbuilder.ui.code.places import units
from nnbuilder.ui.code.tokens import PLAIN, Kind, tokens_of
from nnbuilder.ui.common import colors


class Highlighter(QSyntaxHighlighter):
    """Colours line by line; only lines that changed are done again."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = formats()
        self._mark = mark_format()
        colors.changed.connect(self.recolor)

    def recolor(self) -> None:
        """Takes the colours of the theme in use."""
        self._formats, self._mark = formats(), mark_format()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        before = max(self.previousBlockState(), PLAIN)
        tokens, after = tokens_of(text, before)
        self.setCurrentBlockState(after)
        formats, plain = self._formats, text.isascii()
        for token in tokens:
            if (chosen := formats.get(token.kind)) is not None:
                start, end = token.start, token.end
                if not plain:
                    start, end = units(text, start), units(text, end)
                self.setFormat(start, end - start, chosen)
        for place, _ in marks_in(text):
            self.setFormat(units(text, place), 1, self._mark)


def color_of(kind: Kind) -> QColor:
    """The colour of a piece of text, dark or light enough to be read on the editor's ground."""
    palette = colors.current()
    share = 0.28 if palette.scheme == "dark" else 0.22
    tokens: dict[Kind, QColor] = {
        "comment": palette.mixed("muted", "faint", 0.15),
        "string": palette.mixed("ok", "text", share),
        "number": palette.mixed("warning", "text", share + 0.12),
        "keyword": palette.mixed("#7a5af8", "text", share),
        "constant": palette.mixed("#7a5af8", "text", share),
        "layer": palette.mixed("accent", "text", 0.1),
        "argument": palette.mixed("#0f9f9a", "text", share + 0.1),
    }
    return tokens.get(kind, palette.color("text"))


def formats() -> dict[Kind, QTextCharFormat]:
    """The format of each kind that differs from plain text."""
    made: dict[Kind, QTextCharFormat] = {}
    kinds: tuple[Kind, ...] = ("comment", "string", "number", "keyword", "constant", "layer", "argument")
    for kind in kinds:
        made[kind] = QTextCharFormat()
        made[kind].setForeground(color_of(kind))
    made["comment"].setFontItalic(True)
    made["layer"].setFontWeight(QFont.Weight.DemiBold)
    return made


def mark_format() -> QTextCharFormat:
    """The format of a hidden letter: its box is painted over it."""
    made = QTextCharFormat()
    made.setForeground(QColor(0, 0, 0, 0))
    made.setFontLetterSpacing(330)
    return made
