"""What the time machine says, as sentences made from values."""

from nnbuilder.graph.report.words import short
from nnbuilder.protocol.messages import Visited
from nnbuilder.session.run import Run
from nnbuilder.ui.common.titles import counted

_NAMES = {
    "loss": "loss",
    "accuracy": "accuracy",
    "r2": "R²",
    "mae": "MAE",
    "rmse": "RMSE",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
}


def metric_name(name: str) -> str:
    """A metric as people write it."""
    return _NAMES.get(name, name.replace("_", " "))


def when(run: Run, step: int) -> str:
    """A step and its epoch."""
    if step == 0:
        return "The start"
    if not run.steps_per_epoch:
        return f"Step {step:,}"
    return f"Step {step:,} · epoch {run.epoch_of(step):,}"


def ago(run: Run, step: int) -> str:
    """How far back a step lies; empty for the present."""
    steps = run.step - step
    return f"{counted(steps, 'step')} ago" if steps > 0 else ""


def metrics_line(past: Visited) -> str:
    """The first metrics of a moment in one line, of validation where there is one."""
    part = past.validation if any(value is not None for value in past.validation.values()) else past.train
    told = [f"{metric_name(name)} {short(value)}" for name, value in part.items() if value is not None]
    return ", ".join(told[:2])
