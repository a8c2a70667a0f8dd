"""What the numbers of training and data may be, declared like the arguments of layers."""

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph import limits

_SEED = ArgSpec(
    name="seed",
    kind="int",
    help="Where chance starts: the same seed gives the same result.",
    default=0,
    minimum=0,
    maximum=limits.INTEGER,
)

RUN = (
    ArgSpec(
        name="batch_size",
        kind="int",
        help="How many samples each step of the optimizer sees.",
        default=16,
        minimum=1,
        maximum=1_000_000,
    ),
    ArgSpec(
        name="epochs",
        kind="int",
        help="How many times training goes through all training samples.",
        default=100,
        minimum=1,
        maximum=1_000_000,
    ),
    ArgSpec(
        name="minutes",
        kind="float",
        help="Ends the training after so many minutes if not all epochs are done by then; None for never.",
        default=None,
        none=True,
        minimum=0,
        maximum=1_000_000,
        above=True,
        step=1,
    ),
    _SEED,
)
"""What every run has."""

CLASS_WEIGHTS = ArgSpec(
    name="class_weights",
    kind="floats",
    help="What mistakes on each class count: balanced for the same in all, or a number for each.",
    default=None,
    none=True,
    choices=("balanced",),
    minimum=0,
    above=True,
)
"""The weights of the classes, which belong to the loss."""

GRADIENTS = (
    ArgSpec(
        name="l1",
        kind="float",
        help="Pulls all weights towards zero, and the small ones to zero, with this strength.",
        default=0.0,
        minimum=0,
        step=0.001,
    ),
    ArgSpec(
        name="clip_value",
        kind="float",
        help="The largest that any number of a gradient may be, with either sign; None for no limit.",
        default=None,
        none=True,
        minimum=0,
        above=True,
        step=0.5,
    ),
    ArgSpec(
        name="clip_norm",
        kind="float",
        help="The largest length of the whole gradient: longer ones are made shorter; None for no limit.",
        default=None,
        none=True,
        minimum=0,
        above=True,
        step=0.5,
    ),
)
"""What is done to gradients before a step."""

STOPPING = (
    ArgSpec(
        name="patience",
        kind="int",
        help="Stops once so many epochs in a row have not made the validation loss smaller; None for never.",
        default=None,
        none=True,
        minimum=1,
        maximum=1_000_000,
    ),
    ArgSpec(
        name="min_delta",
        kind="float",
        help="The loss must fall by more than this to count as smaller.",
        default=0.0,
        minimum=0,
        step=0.001,
    ),
    ArgSpec(
        name="restore_best",
        kind="bool",
        help="Ends at the weights of the best epoch and not at those of the last.",
        default=True,
    ),
)
"""When training ends before its last epoch."""

MACHINE = (
    ArgSpec(
        name="threads",
        kind="int",
        help="How many processor cores PyTorch uses; 1 gives the same result on every run.",
        default=1,
        minimum=1,
        maximum=256,
    ),
    ArgSpec(
        name="precision",
        kind="choice",
        help="bfloat16 makes steps with shorter numbers where that is safe: fast on GPUs, and less exact.",
        default="float32",
        choices=("float32", "bfloat16"),
    ),
    ArgSpec(
        name="deterministic",
        kind="bool",
        help="Refuses whatever may give other numbers on another run; on a GPU this can be slower.",
        default=False,
    ),
    ArgSpec(
        name="compiled",
        kind="bool",
        help="Compiles the whole step first, which takes seconds: small networks then train faster.",
        default=False,
    ),
)
"""How a machine computes."""

TRAINING = (*RUN, CLASS_WEIGHTS, *GRADIENTS, *STOPPING, *MACHINE)
"""Fields of the training configuration."""

SPLIT = (
    ArgSpec(
        name="validation",
        kind="float",
        help="Share of the rows that is kept to measure each epoch by.",
        default=0.2,
        minimum=0.0,
        maximum=1.0,
        below=True,
        step=0.05,
    ),
    ArgSpec(
        name="test",
        kind="float",
        help="Share of the rows that is kept for the very end.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        below=True,
        step=0.05,
    ),
)
"""Fields of the split."""

TOY = (
    ArgSpec(
        name="points",
        kind="int",
        help="How many points are computed.",
        default=400,
        minimum=10,
        maximum=100_000,
    ),
    ArgSpec(
        name="noise",
        kind="float",
        help="Standard deviation of the noise that is added.",
        default=0.2,
        minimum=0.0,
        maximum=100.0,
        step=0.05,
    ),
    _SEED,
)
"""Fields of computed data."""
