"""Which layers a network's cost lies in."""

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.rows import Report, Shares
from nnbuilder.graph.report.words import share_text

HEAVY = 0.25
"""From this share of the parameters, the FLOPs or the memory on a layer is heavy."""

FEW = 4
"""In networks of fewer layers every one has a large share, and nothing is said."""


def share_lines(shares: Shares) -> tuple[str, ...]:
    """The shares in words, a line for each that is more than nothing."""
    words = (
        ("of all parameters", shares.parameters),
        ("of all FLOPs", shares.flops),
        ("of the memory that training needs", shares.memory),
    )
    return tuple(f"{share_text(share)} {what}" for what, share in words if share)


def heavy_layers(report: Report) -> dict[NodeId, Shares]:
    """The layers and groups in which much of the network lies, with their shares."""
    if report.totals.layers < FEW:
        return {}
    return {row.id: row.shares for row in report.every() if row.shares.largest >= HEAVY}
