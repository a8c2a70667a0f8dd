"""What the panel says: honest sentences on text and drawing."""

import msgspec

from nnbuilder.session.source_text import SourceText
from nnbuilder.ui.code.hidden import marks_in
from nnbuilder.ui.common.titles import counted

EMPTY = (
    "Nothing is drawn yet. Type layers between the last brackets, with commas between them:\n"
    "nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)\n"
    "or paste a network in place of all this. Ctrl+Space lists every layer."
)


NO_TEXT = (
    "Type or paste a network, for example\n"
    "nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))\n"
    "or take the drawing's text by the button above."
)


class State(msgspec.Struct, frozen=True):
    """A sentence, the colour of its letters, and whether the drawing's text can be taken instead."""

    sentence: str
    color: str = "muted"
    takes: bool = False


def state_of(source: SourceText, shown: str, *, empty: bool, patient: bool = False) -> State:
    """What is true of a text and its drawing now; `patient` while somebody may not have finished."""
    hidden = _hidden(shown)
    if source.agrees:
        sentence = (
            "The drawing is empty, and so is the network of this text."
            if empty
            else "The drawing shows this text."
        )
        return State(f"{sentence}{hidden}", "warning" if hidden else "muted")
    if not source.waits:
        return State(f"This drawing cannot be written: {source.problems[0].message}", "warning")
    if not shown.strip():
        return State("The text is empty: the drawing keeps the last network.", takes=True)
    if patient:
        return State(f"Not read yet: the drawing keeps the last network.{hidden}")
    lines = sorted({problem.line for problem in source.problems})
    if len(lines) == 1:
        which = f"Line {lines[0]} is not read yet"
    elif len(lines) <= 3:
        which = f"Lines {', '.join(map(str, lines[:-1]))} and {lines[-1]} are not read yet"
    else:
        which = f"{len(lines)} lines are not read yet"
    return State(f"{which}: the drawing keeps the last network.{hidden}", "error", takes=True)


def _hidden(shown: str) -> str:
    count = sum(1 for _ in marks_in(shown))
    return f" It holds {counted(count, 'hidden letter')}, shown in boxes." if count else ""
