"""What a script is written from: one sound reading of a project, or a sentence on why there is none."""

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypedDict

import msgspec

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS, SCHEDULERS
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.data.errors import DataError
from nnbuilder.data.spec import ArraysData, CsvData, DataProfile, DataSpec, FileData
from nnbuilder.data.table_layout import Layout, find_table, read_layout
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.graph import ArgValue, Graph, Node
from nnbuilder.graph.order import orders_of, sound
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.project.chain import title
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.targets import TargetForm, target_form


class Plan(msgspec.Struct, frozen=True):
    """All that a script says.

    `profile` is None where the data do not feed this network: then random samples stand in for them, and
    `missing` says why. `layout` and `table` are how the chosen CSV file is written and named; with a
    `plain_header` pandas reads the names of its columns as they are here. `loss_args` and `optimizer_args`
    are those that were set; the learning rate is always there. `stored` says that the project stands at
    weights of its own. `scheduler` is empty where the learning rate stays as it is, `every` what it counts.
    """

    graph: Graph
    analysis: Analysis
    data: DataSpec
    training: TrainingConfig
    profile: DataProfile | None
    missing: str
    layout: Layout | None
    plain_header: bool
    table: str
    input: TensorType
    output: TensorType
    form: TargetForm
    loss: str
    loss_args: Mapping[str, ArgValue]
    optimizer: str
    optimizer_args: Mapping[str, ArgValue]
    fused: bool
    stored: bool
    scheduler: str = ""
    scheduler_args: Mapping[str, ArgValue] = {}
    every: Literal["epoch", "step", ""] = ""

    @property
    def watches(self) -> bool:
        """Whether the schedule of the learning rate looks at the loss of each epoch."""
        return bool(self.scheduler) and SCHEDULERS[self.scheduler].watches

    @property
    def classes(self) -> int:
        """How many classes there are to be weighed."""
        if self.form == "binary":
            return 2
        return len(self.profile.classes) if self.profile else self.output.shape[-1] or 0

    @property
    def limited(self) -> bool:
        """Whether training ends after some time."""
        return self.training.minutes is not None

    @property
    def frozen(self) -> bool:
        """Whether training leaves some layers as they are."""
        return self.analysis.trainable < self.analysis.parameters

    @property
    def values(self) -> bool:
        """Whether numbers are predicted and not classes."""
        return self.form == "values"

    @property
    def metric(self) -> str:
        """What the metric is called in a script."""
        return "r2" if self.values else "accuracy"

    @property
    def given(self) -> str:
        """The constant that names the file of the data; empty where they lie in none."""
        if self.profile is None or not isinstance(self.data.source, FileData):
            return ""
        return "ARRAYS" if isinstance(self.data.source, ArraysData) else "TABLE"

    @property
    def scaled(self) -> bool:
        """Whether the target is standardized too, so that errors have to be led back to its units."""
        return (
            self.values and self.data.standardize and not self.data.reconstruct and self.profile is not None
        )

    @property
    def validated(self) -> bool:
        """Whether there is a validation part."""
        return self.profile is None or self.data.split.validation > 0

    @property
    def changes_input(self) -> bool:
        """Whether a layer writes over what it gets."""
        return any(layer.args.get("inplace") is True for layer in self.analysis.every())


def make_plan(
    project: Project, analysis: Analysis, profile: DataProfile | None, folder: Path | None, table: str = ""
) -> Plan:
    """Reads a project; raises `WriteError` with a sentence where no script can be made of it."""
    graph = project.graph
    orders = orders_of(graph)
    if not sound(graph, orders):
        raise WriteError("The drawing is not one chain from Input to Loss, so there is nothing to train yet.")
    chain = orders[None].chain
    ends = _types(graph.nodes[chain[0]], analysis, graph)
    missing = _missing(ends[0], profile)
    known = None if missing else profile
    node = graph.nodes[chain[-1]]
    loss, loss_args = _loss(node, weighs=project.training.class_weights is not None)
    optimizer, optimizer_args = _optimizer(project.training)
    source = project.data.source
    written = _layout(source, folder) if known is not None and isinstance(source, CsvData) else None
    return Plan(
        graph=graph,
        analysis=analysis,
        data=project.data,
        training=project.training,
        profile=known,
        missing=missing,
        layout=written[0] if written else None,
        plain_header=written is not None and written[1],
        table=table or (source.path if isinstance(source, FileData) else ""),
        input=ends[0],
        output=ends[1],
        form=_form(loss, node, known, ends[1]),
        loss=loss,
        loss_args=loss_args,
        optimizer=optimizer,
        optimizer_args=optimizer_args,
        fused=OPTIMIZERS[optimizer].fused and not _is_sparse(analysis),
        stored=project.weights is not None,
        **_schedule(project.training),
    )


def _types(start: Node, analysis: Analysis, graph: Graph) -> tuple[TensorType, TensorType]:
    """What enters the network and what leaves it."""
    if analysis.input is None:
        text = "Nobody says yet what enters the network: choose data, or type a shape on the Input."
        raise WriteError(text, start.id)
    broken = next((layer for layer in analysis.every() if layer.output is None), None)
    if broken is not None:
        text = f"{title(graph.nodes[broken.id])} does not fit what it gets, so the network cannot run yet."
        raise WriteError(text, broken.id)
    if not analysis.parameters or analysis.output is None:
        raise WriteError("The network has no parameters, so there is nothing to train.", start.id)
    return analysis.input, analysis.output


def _missing(kind: TensorType, profile: DataProfile | None) -> str:
    """Why the chosen data cannot feed this network; empty where they can."""
    if profile is None:
        return "No data are there"
    if math.prod(size or 1 for size in kind.shape) == math.prod(profile.shape):
        return ""
    return "The chosen data do not fit the Input"


def _form(loss: str, node: Node, profile: DataProfile | None, output: TensorType) -> TargetForm:
    """The form of the targets: as the data have them, or as random ones can be made to fit."""
    if profile is None:
        target = LOSSES[loss].target
        if target == "class index" and len(output.shape) < 2:
            raise WriteError(f"{loss} needs a score for each class of a sample.", node.id)
        return target
    form = target_form(loss, profile)
    if form is None:
        raise WriteError(f"{loss} does not fit the target of the chosen data: choose another loss.", node.id)
    return form


def _loss(node: Node, *, weighs: bool) -> tuple[str, Mapping[str, ArgValue]]:
    name = str(node.args.get("loss", "CrossEntropyLoss"))
    if name not in LOSSES:
        raise WriteError(f"{name} is not a loss that this version knows.", node.id)
    if weighs and not LOSSES[name].weighs:
        raise WriteError(f"{name} takes no class weights: switch them off or choose another loss.", node.id)
    return name, _set(LOSSES[name].args, node.args, name)


def _optimizer(training: TrainingConfig) -> tuple[str, Mapping[str, ArgValue]]:
    spec = OPTIMIZERS.get(training.optimizer)
    if spec is None:
        raise WriteError(f"{training.optimizer} is not an optimizer that this version knows.")
    args = _set(spec.args, training.optimizer_args, spec.name)
    rate = next(arg.start for arg in spec.args if arg.name == "lr")
    return spec.name, {"lr": rate, **args}


class _Schedule(TypedDict, total=False):
    scheduler: str
    scheduler_args: Mapping[str, ArgValue]
    every: Literal["epoch", "step", ""]


def _schedule(training: TrainingConfig) -> _Schedule:
    """The schedule of the learning rate, as the plan has it."""
    name = training.lr_scheduler
    if name is None:
        return {}
    spec = SCHEDULERS.get(name)
    if spec is None:
        raise WriteError(f"{name} is not a scheduler that this version knows.")
    needed = {arg.name: arg.start for arg in spec.args if arg.start != arg.default}
    args = dict(_set(spec.args, {**needed, **training.lr_scheduler_args}, name))
    for arg in spec.args:
        value = args.get(arg.name)
        if arg.kind == "float" and isinstance(value, int):
            args[arg.name] = float(value)  # some schedulers take no whole number there
    every: Literal["epoch", "step"] = "epoch" if spec.watches else training.lr_scheduler_every or spec.every
    return {"scheduler": name, "scheduler_args": args, "every": every}


def _is_sparse(analysis: Analysis) -> bool:
    """Whether some layer makes sparse gradients, which no fused optimizer takes."""
    return any(layer.args.get("sparse") is True for layer in analysis.every())


def _set(specs: tuple[ArgSpec, ...], args: Mapping[str, ArgValue], owner: str) -> Mapping[str, ArgValue]:
    """The arguments that are set, in the order of their declarations."""
    found = {spec.name: args[spec.name] for spec in specs if spec.name in args}
    for spec in specs:
        fault = spec.fault(found[spec.name]) if spec.name in found else None
        if fault is not None:
            raise WriteError(f"{owner}: {fault}")
    return found


def _layout(source: CsvData, folder: Path | None) -> tuple[Layout, bool]:
    """How the table is written, and whether its header holds just the names."""
    try:
        path = find_table(source.path, folder)
        layout = read_layout(path)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=layout.delimiter, skipinitialspace=True)
            first = next((row for row in rows if row), [])
    except (DataError, OSError, ValueError, csv.Error) as error:
        raise WriteError(f"The table cannot be read: {error}") from error
    return layout, layout.header and tuple(first) == layout.names
