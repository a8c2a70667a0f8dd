"""The training of a project as a Jupyter notebook: the script's functions, each explained and tried out."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.analysis import Analysis
from nnbuilder.interop.pretty import assigned, layout, literal, quoted
from nnbuilder.interop.script.loop import fit_piece, loop_piece, metric_piece
from nnbuilder.interop.script.network import network_piece
from nnbuilder.interop.script.pieces import Piece, import_block
from nnbuilder.interop.script.plan import Plan, make_plan
from nnbuilder.interop.script.preparing import preparing_piece
from nnbuilder.interop.script.program import (
    loaded,
    loss_call,
    optimizer_call,
    prepare_call,
    prepared,
)
from nnbuilder.interop.script.prose import (
    data_prose,
    head_prose,
    loop_prose,
    loss_prose,
    network_prose,
    optimizer_prose,
    plot_prose,
    prediction_prose,
    split_prose,
)
from nnbuilder.interop.script.samples import samples_piece
from nnbuilder.interop.script.trying import plot_code, prediction_code
from nnbuilder.interop.script.weights import weights_lines, weights_pieces
from nnbuilder.project.project import Project


class Cell(msgspec.Struct, frozen=True):
    """One cell: `id` is unique in its notebook, `code` False for Markdown."""

    id: str
    text: str
    code: bool = False

    def plain(self) -> dict[str, object]:
        """The cell as nbformat 4.5 writes it."""
        lines = self.text.strip("\n").splitlines(keepends=True)
        common = {"id": self.id, "metadata": {}, "source": lines}
        if not self.code:
            return {"cell_type": "markdown", **common}
        return {"cell_type": "code", "execution_count": None, "outputs": [], **common}


def notebook(
    project: Project,
    analysis: Analysis,
    profile: DataProfile | None,
    folder: Path | None = None,
    table: str = "",
) -> str:
    """The text of an .ipynb file; arguments and errors as for `training_script`."""
    plan = make_plan(project, analysis, profile, folder, table)
    language = {"name": "python"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    plain = {
        "cells": [cell.plain() for cell in _cells(plan)],
        "metadata": {"kernelspec": kernel, "language_info": language},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _cells(plan: Plan) -> Iterator[Cell]:
    """Explanation and code in turns."""
    for name, prose, codes in _sections(plan):
        yield Cell(name, prose)
        for number, code in enumerate(codes, start=1):
            yield Cell(f"{name}-code-{number}", code, code=True)


def _sections(plan: Plan) -> Iterator[tuple[str, str, list[str]]]:
    """Each section's name, its Markdown and its code."""
    samples, network, metric = samples_piece(plan), network_piece(plan), metric_piece(plan)
    preparing, loop, fit = preparing_piece(plan), loop_piece(plan), fit_piece(plan)
    imports = _imports((samples, preparing, network, metric, loop, fit))
    yield "start", head_prose(plan), [imports, _settings(plan)]
    given = f"Path({plan.given})" if plan.given else ""
    load = f"{loaded(plan)} = load_samples({given})\nx.shape\n"
    yield "data", data_prose(plan), [samples.code, load]
    prepare = assigned(prepared(plan), prepare_call(plan, "SEED"))
    yield "split", split_prose(plan), [preparing.code, f"{prepare}\n{_SHAPES}"]
    yield "network", network_prose(plan), [network.code, _build(plan)]
    weighing = weights_pieces(plan)
    lines = [*weights_lines(plan, "DEVICE", 0), assigned("loss_function", loss_call(plan))]
    yield "loss", loss_prose(plan), [*(piece.code for piece in weighing), "\n".join(lines) + "\n"]
    yield "optimizer", optimizer_prose(plan), [assigned("optimizer", optimizer_call(plan, "LR")) + "\n"]
    yield "loop", loop_prose(plan), [metric.code, loop.code, fit.code, _FIT]
    yield "plot", plot_prose(), [plot_code(plan)]
    yield "prediction", prediction_prose(plan), [prediction_code(plan)]
    yield "weights", _SAVED, ['torch.save(model.state_dict(), "weights.pth")\n']


_SAVED = """\
## Keeping the weights

`state_dict()` holds every weight and bias by name. `build_model().load_state_dict(torch.load("weights.pth"))`
puts them into a network again. The best weights of all epochs lie in `best-weights.pth`.
"""


_SHAPES = """\
parts = {name: (x.to(DEVICE), y.to(DEVICE)) for name, (x, y) in parts.items()}
{name: (tuple(x.shape), tuple(y.shape)) for name, (x, y) in parts.items()}
"""

_BUILD = """\
torch.manual_seed(SEED)
model = build_model().to(DEVICE)
{start}model
"""

_START = """\
# The drawn network starts from weights of its own: export them as a state_dict.
START = None  # the file that holds them
if START is not None:
    model.load_state_dict(torch.load(START, map_location=DEVICE))
"""

_FIT = """\
history = fit(
    model,
    loss_function,
    optimizer,
    parts,
    EPOCHS,
    BATCH_SIZE,
    SEED,
    "best-weights.pth",
)
"""


def _imports(pieces: Iterable[Piece]) -> str:
    own = ("import torch", "from torch import nn")
    lines = {line for piece in pieces for line in piece.imports}
    return import_block([*lines, *own]) + "\n"


def _build(plan: Plan) -> str:
    return _BUILD.format(start=_START if plan.stored else "")


def _settings(plan: Plan) -> str:
    training = plan.training
    return (
        f"LR = {layout(literal(plan.optimizer_args['lr']))}  # learning rate\n"
        f"EPOCHS = {training.epochs}  # how often each sample is seen\n"
        f"BATCH_SIZE = {training.batch_size}  # samples for one step\n"
        f"SEED = {training.seed}  # where chance starts\n"
        f"DEVICE = {quoted(training.device)}\n"
        "\n"
        "# More threads add up in another order, which changes the last digits.\n"
        f"torch.set_num_threads({training.threads})\n"
        + ("torch.use_deterministic_algorithms(True)\n" if training.deterministic else "")
    )
