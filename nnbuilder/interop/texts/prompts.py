"""What interactive Python and notebooks put around code: prompts, magic commands, shell lines."""

import re

from nnbuilder.interop.texts.placed import Change, Notes, PlacedText

_PYTHON = re.compile(r"^\s*(?:>>>|\.\.\.)(?: |$)")
_FIRST = re.compile(r"^\s*(?:>>> ?|In ?\[[\d *]*\]: ?)")
_NEXT = re.compile(r"^\s*(?:\.\.\.: ?|\.\.\.(?: |$))")
_OUT = re.compile(r"^\s*Out ?\[[\d *]*\]: ?")
_MAGIC = re.compile(r"^\s*(?:%%?[A-Za-z]\w*|![\w./~$({]|\?{1,2}[A-Za-z_]|[A-Za-z_][\w.]*\?{1,2}\s*$)")
_MAGIC_CELL = re.compile(r"^\s*%%(?:bash|sh|html|javascript|js|latex|markdown|svg|perl)\b")
_TIMED = re.compile(r"^(\s*)%(?:time|timeit|prun)\s+(?=[A-Za-z_(])")

_ANSWER = "It is what an interactive session answered."
_COMMAND = "It is a command of a notebook, not Python."


def unprompted(text: PlacedText, notes: Notes) -> PlacedText:
    """The code behind `>>>`, `...` and `In [3]:`; answers are left out where they are no printed model."""
    lines = text.lines()
    if not any(_FIRST.match(line) for line in lines):
        return text
    changes: list[Change] = []
    typed = False
    for number, line in enumerate(lines, 1):
        start, end = text.line_span(number)
        found = _FIRST.match(line) or (_NEXT.match(line) if typed else None)
        if found is not None:
            typed = True
            changes.append(Change(start, start + found.end()))
        elif (out := _OUT.match(line)) is not None:
            typed = False
            changes.append(Change(start, start + out.end()))
            if not _is_model(line[out.end() :]):
                changes[-1] = Change(start, end)
                notes.skip(text, start, line, _ANSWER)
        elif typed and _plain_answer(lines, number):
            changes.append(Change(start, end))
            notes.skip(text, start, line, _ANSWER)
    return text.changed(changes)


def _plain_answer(lines: list[str], number: int) -> bool:
    """Whether a line between prompts is an answer that shows no network."""
    line = lines[number - 1]
    if not line.strip() or _is_model(line) or not any(_PYTHON.match(each) for each in lines):
        return False
    return not re.match(r"^\s*(?:\(\w|\)|[|│├└+=_-])", line)


def _is_model(line: str) -> bool:
    return re.match(r"^\s*\w+\(", line) is not None


def without_magic(text: PlacedText, notes: Notes) -> PlacedText:
    """The text without lines that only a notebook understands."""
    if not re.search(r"[%!?]", text.text):
        return text
    changes: list[Change] = []
    foreign = False
    for number, line in enumerate(text.lines(), 1):
        start, end = text.line_span(number)
        foreign = bool(_MAGIC_CELL.match(line)) or (foreign and bool(line.strip()))
        if (timed := _TIMED.match(line)) is not None:
            changes.append(Change(start + timed.end(1), start + timed.end()))
        elif foreign or _MAGIC.match(line):
            changes.append(Change(start, end))
            notes.skip(text, start, line, _COMMAND)
    return text.changed(changes)
