"""Which form of target a loss gets from the data: one rule for checks, training and exported code."""

from typing import Literal

from nnbuilder.catalog.losses import LOSSES
from nnbuilder.data.spec import DataProfile

TargetForm = Literal["class index", "binary", "values"]


def target_form(loss: str, profile: DataProfile) -> TargetForm | None:
    """The form of the target tensor, or None where this loss cannot take this data.

    "class index": int64 (N,); "binary": float32 (N, 1) of 0 and 1; "values": float32 (N, values),
    standardized where the data are.
    """
    spec = LOSSES.get(loss)
    if spec is None:
        return None
    if spec.target == "values":
        return "values" if profile.task == "regression" else None
    if profile.task != "classification":
        return None
    if spec.target == "binary":
        return "binary" if len(profile.classes) == 2 else None
    return "class index"


def output_size(loss: str, profile: DataProfile) -> int | None:
    """How many numbers the last layer must give for a sample; None where the loss cannot take the data."""
    form = target_form(loss, profile)
    if form is None:
        return None
    if form == "values":
        return profile.values
    return len(profile.classes) if form == "class index" else 1
