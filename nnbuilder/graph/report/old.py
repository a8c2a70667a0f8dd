"""A network as a table of text, for people who read it in a terminal or a file."""

from collections.abc import Sequence

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType

_HEAD = ("Name", "Layer", "Output shape", "Parameters", "FLOPs")
_LEFT = 3
_UNKNOWN = "?"


def layer_table(analysis: Analysis) -> str:
    """Name, layer, output shape, parameters and FLOPs of every layer, then the totals; no newline at its end.

    What lies in a group follows it; the group's numbers hold those of its layers.
    FLOPs are those of one sample's forward pass; a question mark stands for what torch does not know.
    """
    rows = [_row(layer) for layer in analysis.every()]
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    rule = "  ".join("-" * width for width in widths)
    lines = [_line(_HEAD, widths), rule, *(_line(row, widths) for row in rows), rule, *_totals(analysis)]
    return "\n".join(lines)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of words in aligned columns, two blanks apart."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    aligned = (
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    return "\n".join(aligned)


def printable(text: str) -> str:
    """Text of a file without what a terminal would obey instead of show."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def shape(kind: TensorType | None) -> str:
    """A tensor's shape as Python writes it, N for the batch."""
    if kind is None:
        return _UNKNOWN
    sizes = ["N" if size is None else str(size) for size in kind.shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _row(layer: LayerAnalysis) -> tuple[str, ...]:
    known = layer.output is not None
    return (
        printable(layer.name),
        printable(layer.layer),
        shape(layer.output),
        f"{layer.parameters:,}" if known else _UNKNOWN,
        _UNKNOWN if layer.flops is None else f"{layer.flops:,}",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    words = [
        word.ljust(width) if column < _LEFT else word.rjust(width)
        for column, (word, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(words).rstrip()


def _totals(analysis: Analysis) -> list[str]:
    frozen = analysis.parameters - analysis.trainable
    beside = f" ({frozen:,} of them not trained)" if frozen else ""
    flops = [layer.flops for layer in analysis.layers]
    known = sum(count for count in flops if count is not None)
    least = "at least " if None in flops else ""
    return [
        f"{shape(analysis.input)} -> {shape(analysis.output)}",
        f"{analysis.parameters:,} parameters{beside}",
        f"{least}{known:,} FLOPs for one sample's forward pass",
    ]
