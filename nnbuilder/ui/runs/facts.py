"""What there is to say of one run, in pairs of a word and a value."""

from collections.abc import Iterator

from nnbuilder.catalog.spec import shown
from nnbuilder.graph.order import order_of
from nnbuilder.runs.overview import RunOverview, when_text
from nnbuilder.runs.words import number, optimizer_text
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.runs.columns import duration_text, seconds_of

_HASH = 16


def facts_of(run: RunOverview) -> Iterator[tuple[str, str]]:
    """Result first, then how it was trained, then what it needs to be trained again."""
    record, training = run.record, run.record.project.training
    yield "status", f"{record.status}, {run.epochs:,} of {counted(training.epochs, 'epoch')}"
    if run.best is not None:
        metric = f", {record.metric} {number(run.best.validation_metric)}"
        yield "best", f"epoch {run.best.epoch:,}: loss {number(run.best.validation_loss)}{metric}"
    for part, values in (("training", record.train), ("validation", record.validation)):
        if values:
            yield (
                part,
                ", ".join(f"{name.replace('_', ' ')} {number(value)}" for name, value in values.items()),
            )
    size = f", {counted(record.parameters, 'parameter')}" if record.parameters else ""
    yield "network", counted(len(order_of(record.project.graph).layers), "layer") + size
    yield "optimizer", optimizer_text(record)
    if training.lr_scheduler:
        args = ", ".join(f"{name}={shown(value)}" for name, value in training.lr_scheduler_args.items())
        yield "schedule", f"{training.lr_scheduler}({args})"
    yield "batch, seed", f"{training.batch_size}, {record.seed}"
    yield "data", f"{record.data.title}, {counted(record.data.training, 'sample')} to train on"
    if seconds := seconds_of(run):
        yield "time", f"{duration_text(seconds)}, {counted(run.steps, 'step')}"
    yield "began", when_text(record.created)
    yield "device", f"{record.device}, {counted(record.threads, 'thread')}"
    yield "versions", ", ".join(f"{name} {version}" for name, version in record.versions.items())
    if record.parent:
        place = "" if record.branched is None else f", step {record.branched:,}"
        yield "went on from", record.parent + place
    if run.label.repeats:
        yield "repeats", run.label.repeats
    if record.checkpoints:
        yield (
            "checkpoints",
            ", ".join(_checkpoint(entry.step, best=entry.best) for entry in record.checkpoints),
        )
    if record.weights_sha256:
        yield "weights", record.weights_sha256[:_HASH]
    yield "folder", str(run.folder)


def _checkpoint(step: int, *, best: bool) -> str:
    return f"step {step:,}{' (best)' if best else ''}"
