"""The live reports that can be asked for, by name."""

from collections.abc import Mapping

from nnbuilder.engine.live.report import MakeReport

REPORTS: Mapping[str, MakeReport] = {}
