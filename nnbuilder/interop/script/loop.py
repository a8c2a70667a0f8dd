"""The training loop of a script, step by step that of `engine.trainer`, with the sums of `engine.metrics`."""

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.interop.pretty import assigned, call, keyword, layout
from nnbuilder.interop.script.pieces import Piece
from nnbuilder.interop.script.plan import Plan

SHIFT = 'shift = float(parts["train"][1].mean())'
"""The number near the targets' mean that R2 takes."""

TRAINED = "[weight for weight in model.parameters() if weight.requires_grad]"
"""The parameters of layers that are not frozen."""

_ACCURACY = '''\
class Accuracy:
    """The share of samples whose class is right."""

    def __init__(self):
        self.hits = self.samples = 0

    def add(self, output, target):
        """Count one more batch."""
        self.hits += ({test}).sum().item()
        self.samples += target.numel()

    def value(self):
        """Return the share of all batches together."""
        return self.hits / self.samples
'''

_TESTS = {
    "class index": "output.argmax(dim=1) == target",
    "BCEWithLogitsLoss": "(output > 0) == (target > 0.5)",
    "BCELoss": "(output > 0.5) == (target > 0.5)",
}
"""When a sample counts as right: the largest score, or the right side of the threshold."""

_R2 = '''\
class R2:
    """1 minus squared error over variance: 1 is perfect, 0 no better than the mean."""

    def __init__(self, shift):
        # A number near the mean of the targets, taken off so that sums stay exact.
        self.shift = shift
        self.errors = self.total = self.squares = self.values = 0.0

    def add(self, output, target):
        """Count one more batch."""
        wanted = target.cpu().numpy().ravel().astype(np.float64)
        error = output.detach().cpu().numpy().ravel() - wanted
        wanted -= self.shift
        self.errors += float(error @ error)
        self.total += float(wanted.sum())
        self.squares += float(wanted @ wanted)
        self.values += len(wanted)

    def value(self):
        """Return R2 of all batches together."""
        variance = self.squares - self.total * self.total / self.values
        if variance <= 1e-12 * self.squares:
            return math.nan
        return 1 - self.errors / variance
'''

_LOOP = '''\
{head}
    """Train on every sample once, in these batches; return mean loss and {metric} so far."""
    model.train()
    {metric} = {make}
    loss_sum = 0.0
    for rows in batches:
        optimizer.zero_grad()  # forget the gradients of the last step
{forward}        if not math.isfinite(loss.item()):
            raise FloatingPointError("The loss is not finite: try a smaller lr.")
{step}{schedule}        loss_sum += loss.item() * len(rows)
        {metric}.add(output{long}, y[rows])
    return loss_sum / len(x), {metric}.value()


def evaluate(model, loss_function, x, y{shift}):
    """Return mean loss and {metric} over all samples, without training on them."""
    model.eval()
    {metric} = {make}
    loss_sum = 0.0
    with torch.inference_mode():
        # Many samples at once, but not more than fit into memory.
        for part, target in zip(x.split(8192), y.split(8192), strict=True):
            output = model(part{clone})
            loss_sum += loss_function(output, target).item() * len(part)
            {metric}.add(output, target)
    return loss_sum / len(x), {metric}.value()
'''

_FIT = '''\
def fit(model, loss_function, optimizer, parts, epochs, batch_size, seed, best_file):
    """Train for so many epochs; return what each came to, and keep the best weights."""
    x, y = parts["train"]
    shuffle = torch.Generator().manual_seed(seed)
    history = []
    best = math.inf
{before}    for epoch in range(1, epochs + 1):
        order = torch.randperm(len(x), generator=shuffle)
        batches = {batches}
{step}
        line = f"epoch {{epoch}}/{{epochs}}  loss {{loss}}  {metric} {{{metric}}}"
{judge}
        print(line)
{after}{restore}    return history
'''

_VALIDATED = """\
        validation = evaluate(model, loss_function, *parts["validation"]{shift})
        line += f"  validation loss {{validation[0]}}  {metric} {{validation[1]}}"
        history.append((loss, {metric}, *validation))
        if validation[0] < best{delta}:
            best = validation[0]
{found}            torch.save(model.state_dict(), best_file){waiting}"""

_ALONE = """\
        history.append((loss, {metric}))
        if loss < best{delta}:
            best = loss
{found}            torch.save(model.state_dict(), best_file){waiting}"""

_ERRORS = '''\
def mean_errors(model, x, y, unit):
    """Return mean absolute and root mean squared error, in units of the target."""
    model.eval()
    absolute = squared = 0.0
    with torch.inference_mode():
        for part, target in zip(x.split(8192), y.split(8192), strict=True):
            error = model(part{clone}).reshape(-1).double() - target.reshape(-1).double()
            absolute += error.abs().sum().item()
            squared += error.square().sum().item()
    return absolute / y.numel() * unit, math.sqrt(squared / y.numel()) * unit
'''


def metric_piece(plan: Plan) -> Piece:
    """The class that measures how well the network does, beside its loss."""
    if plan.values:
        return Piece(_R2, ("import math", "import numpy as np"))
    return Piece(_ACCURACY.format(test=_TESTS.get(plan.loss, _TESTS["class index"])))


def loop_piece(plan: Plan) -> Piece:
    """One pass over the training samples, and what a network is worth on others."""
    facts = {
        "metric": plan.metric,
        "make": "R2(shift)" if plan.values else "Accuracy()",
        "shift": ", shift" if plan.values else "",
        "clone": ".clone()" if plan.changes_input else "",
        "forward": _forward(plan),
        "long": ".float()" if plan.training.precision == "bfloat16" else "",
        "step": _step(plan),
        "schedule": "        scheduler.step()\n" if plan.every == "step" else "",
        "head": _head("train_epoch", _epoch_facts(plan)),
    }
    parts = [_LOOP.format(**facts)]
    parts += [_ERRORS.format(**facts)] if plan.values else []
    return Piece("\n\n".join(parts), ("import math", "import torch"))


def _head(name: str, facts: list[str]) -> str:
    """The line that begins a function."""
    return f"def {layout(call(name, facts), 0, 5)}:"


def _epoch_facts(plan: Plan) -> list[str]:
    """What one pass over the samples takes."""
    scheduler = ["scheduler"] if plan.every == "step" else []
    more = ["shift"] if plan.values else []
    return ["model", "loss_function", "optimizer", *scheduler, "x", "y", "batches", *more]


def _step(plan: Plan) -> str:
    """The lines that compute the gradients and change the weights."""
    lines = _backward(plan) + _clip(plan)
    if not OPTIMIZERS[plan.optimizer].asks_again:
        return f"{lines}        optimizer.step()  # a small step against it\n"
    inside = "".join(f"    {line}\n" for line in lines.splitlines())
    again = "            loss = known.pop() if known else loss_function(model(x[rows]), y[rows])\n"
    if plan.training.precision != "float32":
        again = (
            "            with torch.autocast(x.device.type, torch.bfloat16):\n"
            "                loss = known.pop() if known else loss_function(model(x[rows]), y[rows])\n"
        )
    whole = "loss + " + f"{plan.training.l1!r} * size" if plan.training.l1 else "loss"
    return (
        "        known = [loss]\n"
        "\n"
        "        def closure(known=known, rows=rows):  # called several times in each step\n"
        f"            optimizer.zero_grad()\n{again}{inside}"
        f"            return {whole}\n"
        "\n"
        "        optimizer.step(closure)\n"
    )


def _forward(plan: Plan) -> str:
    """The lines that compute the loss of a batch."""
    lines = ["output = model(x[rows])  # forward", "loss = loss_function(output, y[rows])"]
    if plan.training.precision == "float32":
        return "".join(f"        {line}\n" for line in lines)
    head = "        # Shorter numbers where that is safe; the weights keep theirs.\n"
    head += "        with torch.autocast(x.device.type, torch.bfloat16):\n"
    return head + "".join(f"            {line}\n" for line in lines)


def _backward(plan: Plan) -> str:
    """The lines that compute the gradients."""
    if not plan.training.l1:
        return "        loss.backward()  # the gradient of the loss for every weight\n"
    named, whole = (
        (f"        trained = {TRAINED}\n", "trained") if plan.frozen else ("", "model.parameters()")
    )
    return (
        "        # Weights cost something, too: the sum of their absolute values.\n"
        f"{named}        size = torch.stack([weight.abs().sum() for weight in {whole}]).sum()\n"
        f"        (loss + {plan.training.l1!r} * size).backward()  # the gradient of both for every weight\n"
    )


def _clip(plan: Plan) -> str:
    """The lines that make gradients smaller before a step."""
    training = plan.training
    limits = (("value", training.clip_value), ("norm", training.clip_norm))
    return "".join(
        f"        torch.nn.utils.clip_grad_{kind}_(model.parameters(), {limit!r})\n"
        for kind, limit in limits
        if limit is not None
    )


def fit_piece(plan: Plan) -> Piece:
    """The loop over epochs."""
    training, waits = plan.training, plan.training.patience is not None
    step = assigned(f"loss, {plan.metric}", call("train_epoch", _epoch_facts(plan)), 8)
    limit = "        if time.monotonic() > deadline:\n            break" if plan.limited else ""
    judge = (_VALIDATED if plan.validated else _ALONE).format(
        metric=plan.metric,
        shift=", shift" if plan.values else "",
        delta=f" - {training.min_delta!r}" if waits and training.min_delta else "",
        found="            waited = 0\n" if waits else "",
        waiting="\n        else:\n            waited += 1" if waits else "",
    )
    code = _FIT.format(
        metric=plan.metric,
        judge=judge,
        step="\n".join(filter(None, (f"        {step}", limit))),
        before=_before(plan),
        after=_after(plan),
        restore=_RESTORE if waits and training.restore_best else "",
        batches="in_time(order.split(batch_size), deadline)" if plan.limited else "order.split(batch_size)",
    )
    pieces = [_IN_TIME] * plan.limited + ([_scheduler(plan)] if plan.scheduler else [])
    return Piece(
        "\n\n".join([*pieces, code]), ("import math", "import torch", *(["import time"] * plan.limited))
    )


_IN_TIME = '''\
def in_time(batches, deadline):
    """Yield batches as long as there is time."""
    for rows in batches:
        if time.monotonic() > deadline:
            return
        yield rows
'''


def _scheduler(plan: Plan) -> str:
    """The function that makes what leads the learning rate."""
    args = ["optimizer", *(keyword(name, value) for name, value in plan.scheduler_args.items())]
    whole = plan.scheduler == "OneCycleLR"
    if whole:
        args.append(f"total_steps=epochs{' * steps' if plan.every == 'step' else ''}")
    made = call(f"torch.optim.lr_scheduler.{plan.scheduler}", args)
    lines = [
        f"def build_scheduler({', '.join(_scheduler_facts(plan))}):",
        '    """Return what changes the learning rate while the network is trained."""',
        f"    return {layout(made, 4, 11)}",
    ]
    return "\n".join(lines) + "\n"


def _scheduler_facts(plan: Plan) -> list[str]:
    """What that function takes: of how many epochs and steps it is, where the scheduler wants to know."""
    whole = plan.scheduler == "OneCycleLR"
    return ["optimizer", *(["epochs"] * whole), *(["steps"] * (whole and plan.every == "step"))]


_RESTORE = """\
    if best < math.inf:
        model.load_state_dict(torch.load(best_file))
"""


def _before(plan: Plan) -> str:
    """What the loop over epochs begins with, beside what all loops do."""
    lines = [SHIFT] if plan.values else []
    if plan.scheduler:
        steps = {"steps": "math.ceil(len(x) / batch_size)"}
        facts = [steps.get(name, name) for name in _scheduler_facts(plan)]
        lines.append(assigned("scheduler", call("build_scheduler", facts), 4))
    lines += ["waited = 0"] if plan.training.patience is not None else []
    lines += (
        [f"deadline = time.monotonic() + {60 * plan.training.minutes!r}"]
        if plan.training.minutes is not None
        else []
    )
    return "".join(f"    {line}\n" for line in lines)


def _after(plan: Plan) -> str:
    """What is done once an epoch is over."""
    lines = []
    if plan.every == "epoch":
        watched = "validation[0]" if plan.validated else "loss"
        lines.append(f"scheduler.step({watched if plan.watches else ''})")
    if plan.training.patience is not None:
        many = plan.training.patience
        lines += [f"if waited == {many}:  # so many epochs without progress", "    break"]
    return "".join(f"        {line}\n" for line in lines)
