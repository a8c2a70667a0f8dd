"""The box that adds layers by typing them: it says what Enter will do, and stays open for the next."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Node
from nnbuilder.session.document import Document
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.finder import Finder
from nnbuilder.ui.common.found_row import Row
from nnbuilder.ui.quick_add.meaning import Meaning, last_part, meanings

_EXAMPLES = "For example: linear 64, relu, dropout .3, linear 10. Tab completes a name, Esc closes."

Layers = Sequence[Node]


class QuickAdd(Finder):
    """Turns a text into layers; `place_of` tells where they would go, `add` puts them there."""

    def __init__(
        self,
        document: Document,
        place_of: Callable[[Layers], str],
        add: Callable[[Layers], bool],
        host: QWidget,
    ) -> None:
        super().__init__("quick_add", "Add layers", "Add layers: linear 64, relu, linear 10", host)
        self._document = document
        self._place_of = place_of
        self._add = add
        self._found: tuple[Meaning, ...] = ()
        self._fault = ""
        self._reading = False
        self.typed.connect(self._read)
        self.accepted.connect(self._accept)
        self.completed.connect(self._complete)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.closed.connect(self.field.clear)

    @property
    def found(self) -> tuple[Meaning, ...]:
        """What the text may mean, best first."""
        return self._found

    def _read(self, text: str) -> None:
        graph = self._document.project.graph
        missing = tuple(end for end in (INPUT, LOSS) if not graph.of_type(end))
        answer = meanings(text, missing)
        self._found, self._fault = answer.found, answer.fault
        if not text.strip():  # what is drawn stays in view until something is typed
            self._found = self._found[: len(missing)]
        self._reading = True
        self.show_rows([_row(meaning) for meaning in self._found])
        self._reading = False
        self._preview()

    def _chosen(self) -> None:
        """Another row is chosen; while rows are being shown, that says nothing yet."""
        if not self._reading:
            self._preview()

    def _preview(self) -> None:
        """Says what Enter would do now."""
        if self._fault:
            self.say(self._fault, "warning")
        elif not self.field.text().strip():
            self.say(_EXAMPLES)
        elif 0 <= self.current < len(self._found):
            meaning = self._found[self.current]
            try:
                self.say(f"Enter adds {meaning.preview} {self._place_of(meaning.layers)}.")
            except EditRefused as refusal:
                self.say(str(refusal), "warning")

    def _accept(self) -> None:
        """Adds what is chosen and waits for the next."""
        if not 0 <= self.current < len(self._found):
            return
        meaning = self._found[self.current]
        try:
            place = self._place_of(meaning.layers)
        except EditRefused as refusal:
            self.say(str(refusal), "warning")
            return
        if self._add(meaning.layers):
            self.field.clear()
            self.say(f"Added {meaning.preview} {place}.", "ok")

    def _complete(self) -> None:
        """Writes the name of the chosen layer out."""
        if not 0 <= self.current < len(self._found):
            return
        text, name = self.field.text(), self._found[self.current].layers[-1].type
        start = last_part(text)
        rest = text[start:].split(maxsplit=1)
        behind = rest[1] if len(rest) > 1 else ""
        self.field.setText(f"{text[:start]}{name.lower()} {behind}")


def _row(meaning: Meaning) -> Row:
    last = meaning.layers[-1]
    spec = LAYERS.get(last.type)
    ends = {INPUT: colors.INPUT_COLOR, LOSS: colors.LOSS_COLOR}
    color = colors.group_color(spec.group) if spec else ends[last.type]
    names = [node.type for node in meaning.layers]
    shown = " → ".join(names if len(names) < 5 else [names[0], "…", *names[-2:]])
    return Row(shown, meaning.summary, color=color)
