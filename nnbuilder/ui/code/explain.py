"""What a word of the text is, for a tip: a layer's one-line help, or that of an argument."""

from PySide6.QtGui import QTextDocument

from nnbuilder.ui.code.places import Places, letters, units
from nnbuilder.ui.code.signature import signature_of, takes
from nnbuilder.ui.code.syntax import spot_at


def explained(document: QTextDocument, position: int) -> str:
    """The help for the word at a position; empty where there is none."""
    block = document.findBlock(position)
    line = block.text()
    place = letters(line, position - block.position())
    start, end = _word(line, place)
    word = line[start:end]
    if not word:
        return ""
    signature = signature_of(word)
    if signature is not None:
        return f"{word}: {signature.summary}"
    if not line[end:].lstrip().startswith("="):
        return ""
    text = document.toRawText().replace("\u2029", "\n")
    spot = spot_at(text, Places(text).offset(block.position() + units(line, start)))
    call = spot.calls[0] if spot.calls else None
    found = signature_of(call.last_name) if call else None
    arg = next((one for one in found.args if one.name == word), None) if found else None
    return f"{arg.name}: {arg.help} {takes(arg)}" if arg else ""


def _word(line: str, place: int) -> tuple[int, int]:
    start = end = place
    while start > 0 and (line[start - 1].isalnum() or line[start - 1] == "_"):
        start -= 1
    while end < len(line) and (line[end].isalnum() or line[end] == "_"):
        end += 1
    return start, end
