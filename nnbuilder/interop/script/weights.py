"""The class weights of a script: the same numbers as those of `engine.objective`."""

from nnbuilder.interop.pretty import Bracket, assigned, call, literal
from nnbuilder.interop.script.pieces import Piece
from nnbuilder.interop.script.plan import Plan

_BALANCED = '''\
def balanced_weights(y):
    """Return a weight for each class, so that all classes have the same say."""
    counts = torch.bincount(y.cpu().reshape(-1).long(), minlength={classes})
    weights = y.numel() / ({classes} * counts.clamp(min=1).double())
    return weights.float().to(y.device)
'''


def weights_pieces(plan: Plan) -> list[Piece]:
    """The function that weighs classes by how rare they are, where that is wanted."""
    if plan.training.class_weights != "balanced":
        return []
    return [Piece(_BALANCED.format(classes=plan.classes), ("import torch",))]


def weights_lines(plan: Plan, device: str, indent: int) -> list[str]:
    """The line that makes the class weights."""
    wanted = plan.training.class_weights
    if wanted is None:
        return []
    if wanted == "balanced":
        made = call("balanced_weights", ['parts["train"][1]'])
    else:
        numbers = Bracket("", "[]", tuple(literal(float(weight)) for weight in wanted))
        made = call("torch.tensor", [numbers, f"device={device}"])
    return [" " * indent + assigned("class_weights", made, indent)]


def weights_args(plan: Plan) -> list[str]:
    """What the loss gets; one number for two classes has their ratio, and one for all."""
    if plan.training.class_weights is None:
        return []
    if plan.form != "binary":
        return ["weight=class_weights"]
    return ["weight=class_weights[:1]", "pos_weight=class_weights[1:] / class_weights[:1]"]
