"""The schedules of the learning rate that can be chosen: all of torch's that need no code.

Left out everywhere: `optimizer` (the training's), `last_epoch` (a checkpoint knows it), `scale_fn` with its
`scale_mode` (code), and what the training itself knows: how many steps there will be, and that it is the
validation loss which is to fall.
"""

from collections.abc import Mapping

from nnbuilder.catalog.layers.common import choice, number, switch, whole
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, SchedulerSpec


def _count(name: str, text: str, initial: int) -> ArgSpec:
    """A number of epochs or steps that PyTorch has no default for."""
    return ArgSpec(name=name, kind="int", help=text, initial=initial, minimum=1, maximum=SIZE_LIMIT)


def _rate(name: str, text: str, initial: float) -> ArgSpec:
    """A learning rate that PyTorch has no default for."""
    return ArgSpec(name=name, kind="float", help=text, initial=initial, minimum=0, maximum=1e6)


_GAMMA = number("gamma", "What the learning rate is multiplied by each time.", 0.1, 0, 1e6, step=0.05)
_LEAST = number("eta_min", "The learning rate at the lowest point.", 0.0, 0, 1e6)
_CYCLES = switch(
    "cycle_momentum", "Let the momentum fall while the rate rises; the optimizer needs one.", default=True
)

_ALL = (
    SchedulerSpec(
        name="StepLR",
        summary="Multiplies the learning rate by gamma once in every step_size epochs.",
        args=(_count("step_size", "After how many epochs the rate falls.", 30), _GAMMA),
    ),
    SchedulerSpec(
        name="MultiStepLR",
        summary="Multiplies the learning rate by gamma after each of the named epochs.",
        args=(
            ArgSpec(
                name="milestones",
                kind="ints",
                help="After which epochs the rate falls, for example (30, 80).",
                initial=(30, 80),
                minimum=1,
                maximum=SIZE_LIMIT,
            ),
            _GAMMA,
        ),
    ),
    SchedulerSpec(
        name="ConstantLR",
        summary="Holds the learning rate down at first, then lets it jump to its value.",
        args=(
            number("factor", "Share of the learning rate at first.", 1.0 / 3, 0, 1, step=0.05),
            whole("total_iters", "For how many epochs it is held down.", 5),
        ),
    ),
    SchedulerSpec(
        name="LinearLR",
        summary="Leads the learning rate along a line from one share of it to another: a warm-up.",
        args=(
            number("start_factor", "Share of the learning rate at first.", 1.0 / 3, 0, 1, above=True),
            number("end_factor", "Share of the learning rate at the end.", 1.0, 0, 1, step=0.05),
            whole("total_iters", "How many epochs the way takes.", 5),
        ),
    ),
    SchedulerSpec(
        name="ExponentialLR",
        summary="Multiplies the learning rate by gamma after every epoch.",
        args=(
            ArgSpec(
                name="gamma",
                kind="float",
                help="What the learning rate is multiplied by after each epoch.",
                initial=0.95,
                minimum=0,
                maximum=1e6,
                step=0.01,
            ),
        ),
    ),
    SchedulerSpec(
        name="CosineAnnealingLR",
        summary="Lets the learning rate fall along half a cosine, slowly, fast, and slowly again.",
        args=(_count("T_max", "How many epochs the fall takes; then it rises again.", 100), _LEAST),
    ),
    SchedulerSpec(
        name="ReduceLROnPlateau",
        summary="Makes the learning rate smaller when the validation loss has stopped falling.",
        watches=True,
        args=(
            number("factor", "What the learning rate is multiplied by.", 0.1, 0, 1, below=True, step=0.05),
            whole("patience", "How many epochs without progress are let pass.", 10, 0),
            number("threshold", "How much the loss must fall to count as progress.", 1e-4, 0),
            choice(
                "threshold_mode", "Whether that is a share of the loss or a difference.", "rel", "rel", "abs"
            ),
            whole("cooldown", "How many epochs it waits after it has made the rate smaller.", 0, 0),
            number("min_lr", "The rate never falls below this.", 0, 0, 1e6),
            number("eps", "Changes smaller than this are not made.", 1e-8, 0),
        ),
    ),
    SchedulerSpec(
        name="CyclicLR",
        summary="Lets the learning rate go up and down between two bounds.",
        every="step",
        args=(
            _rate("base_lr", "The lowest learning rate: it holds in place of the optimizer's.", 0.001),
            _rate("max_lr", "The highest learning rate.", 0.01),
            whole("step_size_up", "How many steps the way up takes.", 2000),
            ArgSpec(
                name="step_size_down",
                kind="int",
                help="How many steps the way down takes; None for as many as the way up.",
                default=None,
                none=True,
                minimum=1,
                maximum=SIZE_LIMIT,
            ),
            choice(
                "mode",
                "Each cycle as high as the last, half as high, or shrinking by gamma.",
                "triangular",
                "triangular",
                "triangular2",
                "exp_range",
            ),
            number("gamma", "By what exp_range shrinks in each step.", 1.0, 0, 1, step=0.01),
            _CYCLES,
            number("base_momentum", "The lowest momentum.", 0.8, 0, 1, below=True, step=0.05),
            number("max_momentum", "The highest momentum.", 0.9, 0, 1, below=True, step=0.05),
        ),
    ),
    SchedulerSpec(
        name="CosineAnnealingWarmRestarts",
        summary="Lets the learning rate fall along half a cosine and start again from the top.",
        args=(
            _count("T_0", "How many epochs the first fall takes.", 10),
            whole("T_mult", "How many times as long each fall is as the one before.", 1, 1, 1000),
            _LEAST,
        ),
    ),
    SchedulerSpec(
        name="OneCycleLR",
        summary="One rise to max_lr and one long fall, over the whole training.",
        every="step",
        args=(
            _rate("max_lr", "The highest learning rate: the optimizer's own does not count.", 0.01),
            number("pct_start", "Share of the training that the rise takes.", 0.3, 0, 1, below=True),
            choice("anneal_strategy", "Along a cosine or along lines.", "cos", "cos", "linear"),
            _CYCLES,
            number("base_momentum", "The lowest momentum.", 0.85, 0, 1, below=True, step=0.05),
            number("max_momentum", "The highest momentum.", 0.95, 0, 1, below=True, step=0.05),
            number("div_factor", "max_lr divided by this is the first rate.", 25.0, 0, above=True),
            number("final_div_factor", "The first rate divided by this is the last.", 1e4, 0, above=True),
            switch("three_phase", "Fall to the first rate in a phase of its own.", default=False),
        ),
    ),
    SchedulerSpec(
        name="PolynomialLR",
        summary="Lets the learning rate fall to 0, along a line or a power of it.",
        args=(
            whole("total_iters", "How many epochs the fall takes.", 5),
            number("power", "1 falls along a line, more falls fast at first.", 1.0, 0, step=0.5),
        ),
    ),
)

SCHEDULERS = {spec.name: spec for spec in _ALL}
"""Every schedule by its torch.optim.lr_scheduler name, in the order shown."""

EXCLUDED_SCHEDULERS: Mapping[str, str] = {
    "LambdaLR": "needs a function that says the factor of each epoch, and a project holds no code",
    "MultiplicativeLR": "needs a function that says the factor of each epoch, and a project holds no code",
    "SequentialLR": "joins schedulers that are made before it, and a project has one",
    "ChainedScheduler": "joins schedulers that are made before it, and a project has one",
}
"""Why torch's others cannot be chosen: the end of a sentence that begins with the name, no full stop."""
