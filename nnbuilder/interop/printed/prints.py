"""Texts that hold printed models: which there are, and the reading of the chosen one."""

from collections.abc import Mapping, Sequence

import msgspec

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.printed.models import read_printed
from nnbuilder.interop.printed.tree import PrintedModel
from nnbuilder.interop.reading import Network, Reading, SourceProblem

_MOST_MODELS = 100
"""Of more print-outs in one text the last ones are offered."""


def read_models(models: Sequence[PrintedModel], answers: Mapping[str, ArgValue], network: str) -> Reading:
    """The network of the printed model with a name, or of the last one."""
    models = models[-_MOST_MODELS:]
    names = _names(models)
    chosen = names.index(network) if network in names else len(models) - 1
    model = models[chosen]
    reading = read_printed(model.root, answers)
    problems = reading.problems
    if model.unclosed is not None:
        message = f"The print-out breaks off: the parenthesis in line {model.unclosed} is never closed."
        problems = (*problems, SourceProblem(model.root.end_line, model.root.end_column, message))
    networks = tuple(Network(name, model.root.line) for name, model in zip(names, models, strict=True))
    return msgspec.structs.replace(reading, problems=problems, networks=networks, chosen=names[chosen])


def _names(models: Sequence[PrintedModel]) -> list[str]:
    """What they were assigned to, or their classes; each name once."""
    names: list[str] = []
    for model in models:
        name = title = model.name or model.root.type
        count = 1
        while name in names:
            count += 1
            name = f"{title} ({count})"
        names.append(name)
    return names
