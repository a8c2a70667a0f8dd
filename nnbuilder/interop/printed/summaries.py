"""A table as a tree of printed modules, so that it is read as a print-out is."""

from collections.abc import Mapping, Sequence

import msgspec

from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.printed import keras
from nnbuilder.interop.printed.counts import concluded
from nnbuilder.interop.printed.facts import Conclusion, Facts
from nnbuilder.interop.printed.models import read_printed
from nnbuilder.interop.printed.modules import is_layer
from nnbuilder.interop.printed.tables import Row, Shape, Table
from nnbuilder.interop.printed.tree import Printed
from nnbuilder.interop.reading import Asked, Network, Reading, SourceProblem


def read_tables(tables: Sequence[Table], answers: Mapping[str, ArgValue]) -> Reading:
    """The network of the last table, with what it leaves open."""
    table = tables[-1]
    reader = _Reader(table, answers)
    root = reader.tree()
    reading = read_printed(root, answers, table=True)
    problems = [*reader.problems, *reading.problems]
    if reader.problems and not reading.layers:
        problems = reader.problems
    return msgspec.structs.replace(
        reading,
        problems=tuple(sorted(problems, key=lambda each: (each.line, each.column))[:100]),
        asked=(*reader.asked, *reading.asked),
        networks=(Network(root.type, table.line),),
        chosen=root.type,
    )


class _Reader:
    """Goes through the rows with the sizes that come out of each."""

    def __init__(self, table: Table, answers: Mapping[str, ArgValue]) -> None:
        self.problems: list[SourceProblem] = []
        self.asked: list[Asked] = []
        self._table = table
        self._answers = answers
        self._rows = self._torch_rows()
        self._shape: Shape | None = None
        self._assumed: dict[tuple[str, tuple[str, ...]], Row] = {}
        self._flattened = 0

    def tree(self) -> Printed:
        """The modules of the table; each layer with what stands in its brackets when it is printed."""
        root = Row(GROUP, "", 0, self._table.line, 1, 2)
        rows = self._rows
        if rows and rows[0].depth == 0:
            root, rows = rows[0], rows[1:]
        children, _ = self._children(rows, 0, root.depth + 1, "")
        self._tell_assumed()
        return _module(root, root.kind, "", "", children)

    def _torch_rows(self) -> list[Row]:
        if self._table.format != "keras":
            return list(self._table.rows)
        rows: list[Row] = []
        before = ""
        for row in self._table.rows:
            if row.connected and before and before not in row.connected:
                message = f"{row.name} is not connected to the layer above it: only a chain can be drawn."
                self.problems.append(SourceProblem(row.line, row.column, message))
            before = row.name
            rows += keras.torch_rows(row)
        return rows

    def _children(self, rows: Sequence[Row], at: int, depth: int, path: str) -> tuple[list[Printed], int]:
        """The modules from a row on that lie so deep, and the row behind them."""
        modules: list[Printed] = []
        while at < len(rows) and rows[at].depth >= depth:
            row = rows[at]
            at += 1
            if row.kind == keras.INPUT:
                self._shape = row.output
                continue
            name = row.name
            place = name or str(len(modules))
            own = f"{path}.{place}" if path else place
            inside: list[Printed] = []
            deeper = at < len(rows) and rows[at].depth > row.depth
            if deeper and not is_layer(row.kind):
                inside, at = self._children(rows, at, row.depth + 1, own)
                self._shape = row.output or self._shape
                modules.append(_module(row, row.kind, name, "", inside))
                continue
            while at < len(rows) and rows[at].depth > row.depth:
                at += 1
            modules += self._layer(row, own)
        return modules, at

    def _layer(self, row: Row, path: str) -> list[Printed]:
        name = row.name
        if row.repeated:
            message = f"{row.kind} is used a second time here: a drawing has each layer once."
            self.problems.append(SourceProblem(row.line, row.column, message))
            return []
        before = row.input or self._shape
        self._shape = row.output or self._shape
        if not is_layer(row.kind):
            return [_module(row, row.kind, name, "", [])]
        prefix = f"{path}."
        given = {
            key.removeprefix(prefix): value for key, value in self._answers.items() if key.startswith(prefix)
        }
        result = concluded(Facts(row.kind, before, row.output, row.params or 0, row.kernel, given))
        if result.fault:
            message = f"{row.kind} cannot be told from this table: {result.fault}."
            self.problems.append(SourceProblem(row.line, row.column, message))
            return []
        self._note(row, path, result)
        shown = ", ".join(f"{key}={value!r}" for key, value in {**result.words, **given}.items())
        if not result.flattened:
            return [_module(row, row.kind, name, shown, [])]
        message = (
            f"A Flatten is put in front of {row.kind}: so many numbers come in only where they lie in a row."
        )
        self.problems.append(SourceProblem(row.line, row.column, message, "warning"))
        self._flattened += 1
        flat = _module(row, "Flatten", f"flatten{self._flattened}" if name else "", "", [])
        return [flat, _module(row, row.kind, name, shown, [])]

    def _note(self, row: Row, path: str, result: Conclusion) -> None:
        for arg, default in result.asked.items():
            asked = Asked(f"{path}.{arg}", row.line, row.column, row.kind, arg, default)
            self.asked.append(asked)
        assumed = result.assumed
        if self._table.format == "keras" and row.kind.startswith(keras.WITH_ACTIVATION):
            assumed = (*assumed, "activation")
        assumed = tuple(name for name in assumed if name not in result.asked)
        if assumed:
            self._assumed.setdefault((row.kind, assumed), row)

    def _tell_assumed(self) -> None:
        """One warning for each kind of layer, at the first such row."""
        for (kind, names), row in self._assumed.items():
            listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
            message = (
                f"The table does not show {listed} of {kind}: what gives its sizes and parameters is taken, "
                "and PyTorch's default where nothing tells it."
            )
            self.problems.append(SourceProblem(row.line, row.column, message, "warning"))


def _module(row: Row, kind: str, name: str, shown: str, inside: Sequence[Printed]) -> Printed:
    last = inside[-1] if inside else None
    end_line = last.end_line if last is not None else row.line
    end_column = last.end_column if last is not None else row.end_column
    return Printed(kind, name, shown, tuple(inside), row.line, row.column, end_line, end_column)
