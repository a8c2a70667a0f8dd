"""`prepare` of a script: the split, the scaling and the tensors of `data.prepare` and `engine.setup`."""

from nnbuilder.data.spec import DataProfile
from nnbuilder.interop.pretty import WIDTH, assigned, call
from nnbuilder.interop.script.pieces import Piece
from nnbuilder.interop.script.plan import Plan

_SPLIT = "from sklearn.model_selection import train_test_split"
_SCALER = "from sklearn.preprocessing import StandardScaler"


def preparing_piece(plan: Plan) -> Piece:
    """The functions that make tensors of the samples."""
    if plan.profile is None:
        return Piece(_random_split(plan.data.split.validation or 0.2))
    code = f"{_tensors(plan)}\n\n{_prepare(plan, plan.profile)}"
    imports = ["import numpy as np", "import torch"]
    imports += [_SPLIT] if plan.data.split.validation or plan.data.split.test else []
    imports += [_SCALER] if plan.data.standardize else []
    return Piece(code, tuple(imports))


def target_names(plan: Plan) -> str:
    """What `prepare` takes beside the samples."""
    uses = not plan.data.reconstruct or (plan.profile is not None and plan.profile.stratified)
    return "x, y" if uses else "x"


def draws(plan: Plan) -> bool:
    """Whether samples are shared out at random."""
    return plan.profile is not None and (plan.data.split.validation > 0 or plan.data.split.test > 0)


def _random_split(share: float) -> str:
    return f'''\
def prepare(x, y):
    """Keep the last rows for validation."""
    rows = max(1, round({share!r} * len(x)))
    return {{"train": (x[:-rows], y[:-rows]), "validation": (x[-rows:], y[-rows:])}}
'''


def _tensors(plan: Plan) -> str:
    shape = plan.input.shape[1:]
    flat = plan.profile is not None and shape == plan.profile.shape and len(shape) == 1
    sizes = ", ".join(["len(x)", *map(str, shape)])
    x = "x" if flat else f"x.reshape({sizes})"
    x += {"float32": "", "float64": ".double()", "int64": ".long()"}[plan.input.dtype]
    double = ".double()" if plan.input.dtype == "float64" else ""
    start = "    x = torch.from_numpy(x.astype(np.float32))\n"
    if plan.data.reconstruct:
        return (
            "def to_tensors(x):\n"
            '    """Return samples for the network, and each of them as its own target."""\n'
            f"{start}    return {x}, x{double}\n"
        )
    y = {
        "class index": "torch.from_numpy(y.astype(np.int64))",
        "binary": f"torch.from_numpy(y.astype(np.float32)).reshape(len(y), 1){double}",
        "values": f"torch.from_numpy(y.astype(np.float32)){double}",
    }[plan.form]
    return (
        "def to_tensors(x, y):\n"
        '    """Return samples and targets in the form that network and loss take."""\n'
        f"{start}    y = {y}\n    return {x}, y\n"
    )


def _prepare(plan: Plan, profile: DataProfile) -> str:
    names = target_names(plan)
    lines = [
        f"def prepare({names}{', seed' if draws(plan) else ''}):",
        f'    """{_meaning(plan)}"""',
        *_splitting(plan, profile),
        *_scaling(plan),
    ]
    return "\n".join(lines) + "\n"


def _meaning(plan: Plan) -> str:
    scaled = " and scale" if plan.data.standardize else ""
    more = ", and the scaler of the targets" if plan.scaled else ""
    return f"Split{scaled} the samples; return each part as tensors{more}."


def _splitting(plan: Plan, profile: DataProfile) -> list[str]:
    """The lines that set parts aside, the test part first."""
    split, takes_y = plan.data.split, target_names(plan) == "x, y"
    shares = {"test": split.test, "validation": split.validation}
    shares = {part: share for part, share in shares.items() if share > 0}
    if not shares:
        return ["    x_train, y_train = x, y" if not plan.data.reconstruct else "    x_train = x"]
    lines = [f"    {part}_rows = max(1, round({share!r} * len(x)))" for part, share in shares.items()]
    lines += ["    # Each part gets the same share of every class."] if profile.stratified else []
    for part in shares:
        last = part == list(shares)[-1]
        left = ["x_train", f"x_{part}"] if last else ["x", f"x_{part}"]
        if takes_y and plan.data.reconstruct:
            left += ["_", "_"] if last else ["y", "_"]
        elif takes_y:
            left += ["y_train", f"y_{part}"] if last else ["y", f"y_{part}"]
        facts = [*target_names(plan).split(", "), f"test_size={part}_rows", "random_state=seed"]
        facts += ["stratify=y"] if profile.stratified else []
        lines.append(f"    {assigned(', '.join(left), call('train_test_split', facts), 4)}")
    return lines


def _scaling(plan: Plan) -> list[str]:
    """The lines that scale all parts by what the training part shows, and make tensors of them."""
    x = "scaler.transform(x)" if plan.data.standardize else "x"
    y = "target_scaler.transform(y.reshape(-1, 1))" if plan.scaled else "y.reshape(-1, 1)"
    if plan.data.reconstruct:
        value, loop, pair = f"to_tensors({x})", "x", "x_{0}"
    else:
        value, loop, pair = f"to_tensors({x}, {y if plan.values else 'y'})", "(x, y)", "(x_{0}, y_{0})"
    lines = []
    if plan.data.standardize:
        lines += ["    # The training samples alone say what is subtracted and divided by."]
        lines += ["    scaler = StandardScaler().fit(x_train)"]
    if plan.scaled:
        lines += ["    target_scaler = StandardScaler().fit(y_train.reshape(-1, 1))"]
    pairs = [f'"{part}": {pair.format(part)}' for part in parts_of(plan)]
    flat = f"    parts = {{{', '.join(pairs)}}}"
    lines += (
        [flat] if len(flat) <= WIDTH else ["    parts = {", *(f"        {pair}," for pair in pairs), "    }"]
    )
    made = (f"name: {value}", f"for name, {loop} in parts.items()")
    if plan.scaled:
        return [*lines, *comprehension("    tensors = ", *made), "    return tensors, target_scaler"]
    return [*lines, *comprehension("    return ", *made)]


def comprehension(head: str, *parts: str) -> list[str]:
    """A dict made by a comprehension of these parts, on as few lines as it needs."""
    flat = f"{head}{{{' '.join(parts)}}}"
    if len(flat) <= WIDTH:
        return [flat]
    inside = [f"        {' '.join(parts)}"]
    if len(inside[0]) > WIDTH:
        inside = [f"        {part}" for part in parts]
    return [f"{head}{{", *inside, "    }"]


def parts_of(plan: Plan) -> list[str]:
    """The parts of the data that have rows."""
    split = plan.data.split
    shares = {"validation": split.validation, "test": split.test}
    return ["train", *(part for part, share in shares.items() if share > 0)]
