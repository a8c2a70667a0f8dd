"""The report as values: one row for each layer, groups with those in them, and the totals."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, ArgValue, NodeId
from nnbuilder.graph.report.dimensions import Letters, Meaning, meanings
from nnbuilder.graph.report.memory import LayerMemory, Memory, OptimizerState, memory_of
from nnbuilder.graph.report.receptive import Field, fields


class Tensor(msgspec.Struct, frozen=True):
    """A tensor with what its dimensions mean: pairs of a size (None for the batch) and a name."""

    sizes: tuple[int | None, ...]
    names: Letters
    dtype: str

    @property
    def pairs(self) -> Iterator[tuple[int | None, str]]:
        """Each dimension's size and name; the name is empty where nothing is known."""
        names = self.names if len(self.names) == len(self.sizes) else ("",) * len(self.sizes)
        return zip(self.sizes, names, strict=True)

    def label(self) -> str:
        """For example `(N, C=3, H=32, W=32)`."""
        words = [
            "N" if size is None else f"{name}={size}" if name else str(size) for size, name in self.pairs
        ]
        return f"({', '.join(words)}{',' * (len(words) == 1)})"


class Shares(msgspec.Struct, frozen=True):
    """How much of the whole network's a layer has, each from 0 to 1; None where that is not known."""

    parameters: float | None = None
    flops: float | None = None
    memory: float | None = None

    @property
    def largest(self) -> float:
        """The largest of them."""
        return max(self.parameters or 0.0, self.flops or 0.0, self.memory or 0.0)


class Row(msgspec.Struct, frozen=True):
    """What the report says of one layer; numbers are None where nobody knows them.

    `chosen` are the arguments that do not stand at PyTorch's default, `args` all of them. `needs` is what a
    layer expects that could not be run. `memory` is what training needs for it, None where not measured.
    """

    id: NodeId
    name: str
    layer: str
    depth: int = 0
    chosen: tuple[tuple[str, ArgValue], ...] = ()
    args: tuple[tuple[str, ArgValue], ...] = ()
    input: Tensor | None = None
    output: Tensor | None = None
    needs: str = ""
    parameters: int | None = None
    trainable: int | None = None
    formula: str = ""
    buffers: int | None = None
    flops: int | None = None
    memory: LayerMemory | None = None
    field: Field | None = None
    shares: Shares = Shares()
    children: tuple["Row", ...] = ()

    @property
    def group(self) -> bool:
        """Whether it stands for several layers."""
        return self.layer == GROUP

    def every(self) -> Iterator["Row"]:
        """The row, and before the next one everything in it."""
        yield self
        for child in self.children:
            yield from child.every()


class Totals(msgspec.Struct, frozen=True):
    """The whole network's numbers; `complete` says that every layer runs, `measured` that memory is known.

    `saved` are the bytes of all tensors in a file of weights, whose header comes on top. `memory` holds the
    input batch too. `state` says that the optimizer's state is known and in it.
    """

    layers: int
    parameters: int
    trainable: int
    buffers: int
    flops: int
    saved: int
    memory: LayerMemory
    batch: int
    optimizer: str
    complete: bool
    measured: bool
    state: bool


class Report(msgspec.Struct, frozen=True):
    """Everything that the report says of a network."""

    rows: tuple[Row, ...]
    input: Tensor | None
    output: Tensor | None
    totals: Totals

    def every(self) -> Iterator[Row]:
        """All rows at any depth, groups before what lies in them."""
        for row in self.rows:
            yield from row.every()


class _Parts(msgspec.Struct, frozen=True):
    """What is known of all layers before their rows are made."""

    names: Mapping[NodeId, Meaning]
    fields: Mapping[NodeId, Field]
    memory: Memory
    parameters: int
    flops: int
    bytes: int


def report_of(
    analysis: Analysis, batch: int = 1, state: OptimizerState | None = None, optimizer: str = ""
) -> Report:
    """The report for a batch size and what the optimizer keeps."""
    leaves = [layer for layer in analysis.every() if layer.layer != GROUP]
    names = meanings(analysis.layers, analysis.input)
    memory = memory_of(analysis.layers, analysis.input, batch, state)
    flops, whole = sum(layer.flops or 0 for layer in leaves), memory.total
    parts = _Parts(
        names, fields(analysis.layers, analysis.input), memory, analysis.parameters, flops, whole.total
    )
    rows = tuple(_row(layer, parts, 0) for layer in analysis.layers)
    totals = Totals(
        layers=len(leaves),
        parameters=analysis.parameters,
        trainable=analysis.trainable,
        buffers=sum(layer.buffers for layer in leaves),
        flops=flops,
        saved=sum(layer.footprint.saved for layer in leaves if layer.footprint is not None),
        memory=whole,
        batch=batch,
        optimizer=optimizer,
        complete=all(layer.output is not None for layer in leaves),
        measured=memory.whole,
        state=state is not None,
    )
    first = _tensor(analysis.input, _end(names, analysis.layers, 0))
    last = _tensor(analysis.output, _end(names, analysis.layers, -1))
    return Report(rows, first, last, totals)


def _row(layer: LayerAnalysis, parts: _Parts, depth: int) -> Row:
    children = tuple(_row(child, parts, depth + 1) for child in layer.children)
    fed, given = parts.names.get(layer.id, ((), ()))
    known = layer.output is not None or bool(layer.children) or layer.parameters > 0
    memory = _summed(children) if layer.layer == GROUP else parts.memory.layers.get(layer.id)
    parameters = layer.parameters if known else None
    return Row(
        id=layer.id,
        name=layer.name,
        layer=layer.layer,
        depth=depth,
        chosen=tuple((name, layer.args[name]) for name in layer.chosen if name in layer.args),
        args=tuple(layer.args.items()),
        input=_tensor(layer.input, fed),
        output=_tensor(layer.output, given),
        needs=layer.needs.label() if layer.needs is not None else "",
        parameters=parameters,
        trainable=layer.trainable if known else None,
        formula=layer.formula,
        buffers=layer.buffers if known else None,
        flops=layer.flops,
        memory=memory,
        field=parts.fields.get(layer.id),
        shares=Shares(
            _share(parameters, parts.parameters),
            _share(layer.flops, parts.flops),
            _share(memory.total if memory is not None else None, parts.bytes),
        ),
        children=children,
    )


def _summed(children: Sequence[Row]) -> LayerMemory | None:
    """What is known of the layers in a group."""
    found = [child.memory for child in children if child.memory is not None]
    return sum(found, LayerMemory()) if found else None


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or not whole else part / whole


def _end(names: Mapping[NodeId, Meaning], layers: Sequence[LayerAnalysis], place: int) -> Letters:
    """What the first layer reads, or the last one writes."""
    return names.get(layers[place].id, ((), ()))[place] if layers else ()


def _tensor(kind: TensorType | None, names: Letters) -> Tensor | None:
    return None if kind is None else Tensor(kind.shape, names, kind.dtype)
