"""The optimizers that can be chosen.

Left out everywhere: `params` (the network's), and `foreach`, `fused`, `capturable` and `differentiable`,
which choose an implementation and not a rule.
"""

from nnbuilder.catalog.layers.common import number, switch
from nnbuilder.catalog.spec import ArgSpec, OptimizerSpec


def _lr(default: float) -> ArgSpec:
    return number("lr", "Learning rate: how large a step along the gradient is.", default, 0, 1e6)


def _decay(default: float = 0.0) -> ArgSpec:
    return number(
        "weight_decay", "Pulls the weights towards zero with this strength.", default, 0, step=0.001
    )


def _eps(default: float) -> ArgSpec:
    return number("eps", "Added to the denominator so that nothing is divided by zero.", default, 0)


_BETAS = ArgSpec(
    name="betas",
    kind="floats",
    help="How slowly the running means of the gradient and of its square forget.",
    default=(0.9, 0.999),
    minimum=0,
    maximum=1,
    below=True,
    lengths=(2,),
)
_AMSGRAD = switch("amsgrad", "Divide by the largest mean square so far.", default=False)
_MAXIMIZE = switch("maximize", "Climb the loss instead of descending it.", default=False)

_ALL = (
    OptimizerSpec(
        name="SGD",
        summary="Steps against the gradient: w = w - lr · grad.",
        fused=True,
        args=(
            _lr(0.001),
            number("momentum", "Share of the last step that is kept.", 0.0, 0, 1, step=0.1),
            number("dampening", "Share of the gradient that the momentum leaves out.", 0.0, 0, 1, step=0.1),
            _decay(),
            switch(
                "nesterov", "Look ahead along the momentum; needs momentum and no dampening.", default=False
            ),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="Adam",
        summary="A step of its own for each weight, from running means of gradient and square.",
        fused=True,
        args=(
            _lr(0.001),
            _BETAS,
            _eps(1e-8),
            _decay(),
            _AMSGRAD,
            _MAXIMIZE,
            switch("decoupled_weight_decay", "Decay the weights themselves, as AdamW does.", default=False),
        ),
    ),
    OptimizerSpec(
        name="AdamW",
        summary="Adam with weight decay that acts on the weights themselves.",
        fused=True,
        args=(_lr(0.001), _BETAS, _eps(1e-8), _decay(0.01), _AMSGRAD, _MAXIMIZE),
    ),
    OptimizerSpec(
        name="RMSprop",
        summary="Divides the step by a running mean of the gradient's size.",
        args=(
            _lr(0.01),
            number("alpha", "How slowly the running mean forgets.", 0.99, 0, 1, step=0.01),
            _eps(1e-8),
            _decay(),
            number("momentum", "Share of the last step that is kept.", 0.0, 0, 1, step=0.1),
            switch("centered", "Divide by the variance instead of the mean square.", default=False),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="Adagrad",
        summary="Divides the step by the root of all squared gradients so far.",
        fused=True,
        args=(
            _lr(0.01),
            number("lr_decay", "Makes the learning rate smaller with each step.", 0.0, 0),
            _decay(),
            number("initial_accumulator_value", "The sum of squares at the start.", 0.0, 0),
            _eps(1e-10),
            _MAXIMIZE,
        ),
    ),
)

OPTIMIZERS = {spec.name: spec for spec in _ALL}
"""Every optimizer by its torch.optim name, in the order shown."""
