"""What a notebook explains: Markdown that names the project's own numbers, and lets no text of it through."""

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS, SCHEDULERS
from nnbuilder.data.spec import DataProfile
from nnbuilder.interop.script.network import layers, shape
from nnbuilder.interop.script.pieces import one_line
from nnbuilder.interop.script.plan import Plan
from nnbuilder.interop.script.program import needs

_SPECIAL = frozenset("\\`*_{}[]<>()#+-.!|~&$^\"'=:/@")
"""Letters that may mean something in Markdown, HTML or a formula."""

_NAMES = 20
"""How many features or classes are named."""


def markdown(text: str) -> str:
    """Text of a project as Markdown that shows it as it is, on one line."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in one_line(text))


def head_prose(plan: Plan) -> str:
    """What the notebook is."""
    return f"""\
# Training a neural network{_title(plan)}

The network was drawn in NNBuilder; this notebook needs {needs(plan)} only. Run the cells from top to
bottom: with the same seed on the same machine they come to the same losses, digit for digit.
"""


def data_prose(plan: Plan) -> str:
    """What the samples are."""
    profile = plan.profile
    if profile is None:
        return f"""\
## Data

{plan.missing}, so random numbers stand in their place. Nothing can be learned from them: **replace
`load_samples` by a function that loads your own data** in the same shapes.
"""
    goal = f"the target is {markdown(profile.target)}"
    if profile.classes:
        goal = f"the target is one of {len(profile.classes):,} classes: {_listed(profile.classes)}"
    return f"""\
## Data

{profile.rows:,} samples. Each has {len(profile.features):,} numbers: {_listed(profile.features)}; {goal}.
"""


def split_prose(plan: Plan) -> str:
    """How the samples are shared out and scaled."""
    profile = plan.profile
    if profile is None:
        return (
            "## Training and validation\n\nThe last samples are kept aside to see how good the network is.\n"
        )
    scaled = (
        "Each feature is scaled to mean 0 and standard deviation 1, so that all of them count alike. The "
        "training samples alone say how, because nothing may be known of the others.\n"
        if plan.data.standardize
        else "The numbers are taken as they are.\n"
    )
    return f"## Training and validation\n\n{_parts(profile)}{scaled}"


def network_prose(plan: Plan) -> str:
    """The layers as a table of shapes and parameters."""
    rows = [
        f"| {markdown(layer.name)} | {layer.layer} | {shape(layer.output)} | {layer.parameters:,} |"
        for layer in layers(plan)
    ]
    texts = [" ".join(note.text.split()) for note in plan.graph.notes.values()]
    noted = [f"> {markdown(text)}\n" for text in texts if text]
    more = "\n" + "\n".join(noted) if noted else ""
    return f"""\
## Network

What comes out of one layer goes into the next. N is the number of samples in a batch; what goes in
is {shape(plan.input)}.

| name | layer | output | parameters |
| --- | --- | --- | ---: |
{chr(10).join(rows)}
| | | **in all** | **{plan.analysis.parameters:,}** |
{more}
The first weights are random; `torch.manual_seed` makes them the same each time.
"""


def loss_prose(plan: Plan) -> str:
    """What the loss measures."""
    return f"""\
## Loss

The loss is one number that says how wrong the network is on a batch. `{plan.loss}`:
{LOSSES[plan.loss].summary}
{_weights(plan)}"""


def _weights(plan: Plan) -> str:
    """That mistakes on some classes count more than on others."""
    if plan.training.class_weights is None:
        return ""
    if plan.training.class_weights != "balanced":
        return "\nMistakes on each class count as much as its weight says.\n"
    return "\nMistakes on rare classes count more, so that all classes have the same say.\n"


def optimizer_prose(plan: Plan) -> str:
    """How the weights are changed."""
    fused = "\n`fused=True` does this for all weights in one go." if plan.fused else ""
    return f"""\
## Optimizer

The optimizer changes every weight a little so that the loss becomes smaller. `{plan.optimizer}`:
{markdown(OPTIMIZERS[plan.optimizer].summary)}{fused}
{_schedule(plan)}"""


def _schedule(plan: Plan) -> str:
    """How the learning rate changes."""
    if not plan.scheduler:
        return ""
    told = SCHEDULERS[plan.scheduler].summary
    many = (
        " An epoch is what is called so here: one step." if plan.every == "step" and "epoch" in told else ""
    )
    return f"\nThe learning rate changes as training goes on. `{plan.scheduler}`: {markdown(told)}{many}\n"


def loop_prose(plan: Plan) -> str:
    """What training is."""
    name = "R2, 1 for a perfect network and 0 for one no better than the mean" if plan.values else "accuracy"
    clip = "clip them where they are too large, " if plan.training.clips else ""
    if plan.training.l1:
        clip = f"{clip}add what large weights cost, "
    stop = ""
    if plan.training.patience is not None:
        stop = "\n\nTraining stops early once no epoch makes the loss smaller any more" + (
            ", and ends at\nthe weights of the best one." if plan.training.restore_best else "."
        )
    after = (
        "\n\nAfter each epoch the validation samples tell how good the network is on samples that it never\n"
        f"learned from: by the loss, and by {name}."
        if plan.validated
        else ""
    )
    return f"""\
## Training

One epoch shows the network every training sample once, in an order drawn at random, batch by batch.
For each batch: forget the old gradients, compute output and loss (forward), compute the gradients
(backward), {clip}and let the optimizer make one step.{after}{stop}
"""


def plot_prose() -> str:
    """What the plot shows."""
    return """\
## The course of the training

Where the training loss goes on falling while the validation loss rises, the network learns its samples
by heart.
"""


def prediction_prose(plan: Plan) -> str:
    """What one prediction is."""
    part = "validation" if plan.validated else "training"
    return (
        f"## One prediction\n\nThe first {part} sample goes through the network, beside the right answer.\n"
    )


def _title(plan: Plan) -> str:
    return "" if plan.profile is None else f" on {markdown(plan.profile.title)}"


def _parts(profile: DataProfile) -> str:
    counts = {"training": profile.training, "validation": profile.validation, "test": profile.test}
    told = [f"{count:,} for {name}" for name, count in counts.items() if count]
    even = " with the same share of every class in each" if profile.stratified else ""
    return f"The samples are shared out at random{even}: {', '.join(told)}.\n"


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(markdown(name) for name in names[:_NAMES])
    return f"{shown} and {len(names) - _NAMES:,} more" if len(names) > _NAMES else shown
