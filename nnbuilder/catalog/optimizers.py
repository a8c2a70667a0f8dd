"""The optimizers that can be chosen.

Left out everywhere: `params` (the network's), and `foreach`, `fused`, `capturable` and `differentiable`,
which choose an implementation and not a rule.
"""

from collections.abc import Mapping

import msgspec

from nnbuilder.catalog.layers.common import number, switch
from nnbuilder.catalog.spec import ArgSpec, OptimizerSpec


def _lr(default: float) -> ArgSpec:
    return number("lr", "Learning rate: how large a step along the gradient is.", default, 0, 1e6)


def _decay(default: float = 0.0) -> ArgSpec:
    return number(
        "weight_decay", "Pulls the weights towards zero with this strength.", default, 0, step=0.001
    )


def _count(name: str, about: str, default: int) -> ArgSpec:
    """A whole number above 0."""
    return ArgSpec(name=name, kind="int", help=about, default=default, minimum=1, maximum=10_000)


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
_MAX_BETAS = msgspec.structs.replace(
    _BETAS, help="How slowly the running mean of the gradient and the largest one so far forget."
)
_DECOUPLED = switch("decoupled_weight_decay", "Decay the weights themselves, as AdamW does.", default=False)
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
            _DECOUPLED,
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
    OptimizerSpec(
        name="Adadelta",
        summary="Steps as large as the last ones were, in proportion to the gradient's usual size.",
        args=(
            _lr(1.0),
            number("rho", "How slowly the running means forget.", 0.9, 0, 1, step=0.01),
            _eps(1e-6),
            _decay(),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="Adamax",
        summary="Adam that divides by the largest gradient of late instead of the mean square.",
        args=(_lr(0.002), _MAX_BETAS, _eps(1e-8), _decay(), _MAXIMIZE),
    ),
    OptimizerSpec(
        name="NAdam",
        summary="Adam that looks ahead along its momentum, as Nesterov's does.",
        args=(
            _lr(0.002),
            _BETAS,
            _eps(1e-8),
            _decay(),
            number("momentum_decay", "How fast the momentum grows to its full share.", 0.004, 0, step=0.001),
            _DECOUPLED,
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="RAdam",
        summary="Adam that holds back at first, while its mean squares rest on few steps.",
        args=(_lr(0.001), _BETAS, _eps(1e-8), _decay(), _DECOUPLED, _MAXIMIZE),
    ),
    OptimizerSpec(
        name="ASGD",
        summary="SGD with a shrinking step that also keeps the average of the weights.",
        args=(
            _lr(0.01),
            number("lambd", "How strongly the weights and the step shrink.", 0.0001, 0, step=0.0001),
            number("alpha", "Power by which the step shrinks.", 0.75, 0, step=0.05),
            number("t0", "The step at which averaging begins.", 1_000_000.0, 0),
            _decay(),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="Rprop",
        summary="Looks only at the gradient's sign; made for all samples in one batch.",
        args=(
            _lr(0.01),
            ArgSpec(
                name="etas",
                kind="floats",
                help="Factors for the step: where the sign of the gradient changed, and where it did not.",
                default=(0.5, 1.2),
                minimum=0,
                above=True,
                lengths=(2,),
            ),
            ArgSpec(
                name="step_sizes",
                kind="floats",
                help="The smallest and the largest step.",
                default=(1e-6, 50),
                minimum=0,
                lengths=(2,),
            ),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="Adafactor",
        summary="Like Adam with less memory: keeps means of rows and columns instead of each weight.",
        args=(
            _lr(0.01),
            number("beta2_decay", "Power by which the running mean learns to forget slowly.", -0.8, None, 0),
            ArgSpec(
                name="eps",
                kind="floats",
                help="Added to the squared gradient (None: the dtype's own), and the least size of a weight.",
                default=(None, 0.001),
                minimum=0,
                lengths=(2,),
                gaps=True,
            ),
            number("d", "The size above which a whole update is cut.", 1.0, 1, step=0.1),
            _decay(0.0),
            _MAXIMIZE,
        ),
    ),
    OptimizerSpec(
        name="LBFGS",
        summary="Guesses the curvature from past gradients; moves several times on each batch.",
        asks_again=True,
        args=(
            _lr(1.0),
            _count("max_iter", "How many moves each step makes at most.", 20),
            ArgSpec(
                name="max_eval",
                kind="int",
                help="How often a step computes the loss at most; None for 1.25 times max_iter.",
                default=None,
                none=True,
                minimum=1,
                maximum=1_000_000,
            ),
            number("tolerance_grad", "A step ends once no gradient is larger than this.", 1e-7, 0),
            number("tolerance_change", "A step ends once a move changes less than this.", 1e-9, 0),
            _count("history_size", "How many past gradients are remembered.", 100),
            ArgSpec(
                name="line_search_fn",
                kind="choice",
                help="How far each move goes: strong_wolfe tries several lengths; None always takes lr.",
                default=None,
                none=True,
                choices=("strong_wolfe",),
            ),
        ),
    ),
)

OPTIMIZERS = {spec.name: spec for spec in _ALL}
"""Every optimizer by its torch.optim name, in the order shown."""

EXCLUDED_OPTIMIZERS: Mapping[str, str] = {
    "Muon": "takes weights that are matrices only, and a network has others, such as biases",
    "SparseAdam": "takes sparse gradients only, and all layers but an embedding have dense ones",
}
"""Why torch's others cannot be chosen: the end of a sentence that begins with the name, no full stop."""
