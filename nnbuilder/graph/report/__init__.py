"""The analysis report: what each layer is, costs and sees, as values and as text."""

from nnbuilder.graph.report.words import printable, shape, table

__all__ = ["printable", "shape", "table"]
