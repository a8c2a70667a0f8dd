"""What was read of a text: layers with their lines, what is wrong, what was skipped and why."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.reading import Reading, ReadLayer, Skipped, SourceProblem
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import Section, wrapping
from nnbuilder.ui.importing.sentences import counted

_MOST = 60
"""Rows of one kind that are listed; the rest is counted."""

_INDENT = 16
"""Pixels by which a group's layers stand further in."""


class ReportView(QWidget):
    """Lists it in three parts; `place_wanted` asks for a line and column of the text."""

    place_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.report")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)
        self._parts: list[QWidget] = []

    def show_reading(self, reading: Reading) -> None:
        """Shows another one."""
        for part in self._parts:
            self._column.removeWidget(part)
            part.deleteLater()
        self._parts = []
        problems = sorted(reading.problems, key=lambda one: one.severity != "error")
        told = [self._problem(one) for one in problems[:_MOST]]
        self._add("Wrong or worth knowing", "problems", told, len(problems))
        rows = list(_rows(reading.layers, 0))
        title = "Taken" if reading.ok else "Understood so far"
        shown = [self._taken(*row) for row in rows[:_MOST]]
        self._add(title, "taken", shown, len(rows), counted(reading.layers))
        skipped = reading.skipped
        self._add("Skipped", "skipped", [self._skipped(one) for one in skipped[:_MOST]], len(skipped))

    def _add(
        self, title: str, name: str, rows: Iterable[QWidget], count: int = 0, told: int | None = None
    ) -> None:
        rows = list(rows)
        if not rows:
            return
        section = Section(title, f"import.{name}")
        section.corner.setText(f"{max(count, len(rows)) if told is None else told:,}")
        for row in rows:
            section.add(row)
        if count > len(rows):
            section.add(quiet(f"and {count - len(rows):,} more"))
        self._column.addWidget(section)
        self._parts.append(section)

    def _problem(self, problem: SourceProblem) -> QWidget:
        token = "error" if problem.severity == "error" else "warning"
        return self._row(problem.line, problem.column, wrapping(TintedLabel(problem.message, token)))

    def _taken(self, layer: ReadLayer, depth: int) -> QWidget:
        told = ", ".join(f"{name}={value}" for name, value in layer.args.items())
        name = f"{layer.name}: " if layer.name else ""
        text = f"{name}{layer.type}" + (f"({told})" if layer.type != GROUP else "")
        label = wrapping(TintedLabel(text, "text"))
        label.setContentsMargins(depth * _INDENT, 0, 0, 0)
        return self._row(layer.line, layer.column, label)

    def _skipped(self, skipped: Skipped) -> QWidget:
        return self._row(skipped.line, 1, wrapping(quiet(f"{skipped.text}\n{skipped.why}")))

    def _row(self, line: int, column: int, label: TintedLabel) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        place = LinkButton(f"line {line}", "muted")
        place.setObjectName(f"import.place.{line}")
        place.setToolTip("Show where it stands")
        place.setFixedWidth(place.fontMetrics().horizontalAdvance("line 0000") + 4)
        place.clicked.connect(lambda: self.place_wanted.emit(line, column))
        layout.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(label, 1)
        return row


def _rows(layers: Iterable[ReadLayer], depth: int) -> Iterator[tuple[ReadLayer, int]]:
    for layer in layers:
        yield layer, depth
        yield from _rows(layer.layers, depth + 1)
