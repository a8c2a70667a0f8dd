"""How much a project may hold: beyond these numbers a file is refused, and so is an edit."""

DOCUMENT_BYTES = 8 * 2**20
"""Size of a project file."""

DEPTH = 32
"""How deep lists and objects of a file may be nested."""

VALUES = 500_000
"""How many values a file may hold, by an estimate from its punctuation."""

NODES = 2_000
"""Nodes of a graph."""

EDGES = 8_000
"""Edges of a graph."""

NOTES = 500
"""Notes and frames of a graph."""

GROUP_DEPTH = 32
"""How deep groups may lie in each other."""

STRING_BYTES = 64 * 2**10
"""Any text but the source, as UTF-8."""

SOURCE_BYTES = 256 * 2**10
"""The text of the code panel, as UTF-8."""

SOURCE_LINES = 5_000
"""Its lines."""

SILENCED = 200
"""Kinds of advice that a project silences."""

LEFT_OUT = 10_000
"""Columns of a table that a project leaves out."""

INTEGER = 2**31 - 1
"""Largest absolute value of a whole number."""

COORDINATE = 1e7
"""Largest absolute value of a node's place in the scene."""

FAULTS = 1_000
"""How many faults of one file are named; the rest is only counted."""
