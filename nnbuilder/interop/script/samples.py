"""`load_samples` of a script: built-in data, computed points, or random numbers in the place of data."""

from collections.abc import Mapping

from nnbuilder.data.spec import ArraysData, BuiltinData, CsvData, ToyData
from nnbuilder.interop.pretty import Bracket, assigned, call, layout
from nnbuilder.interop.script.arrays import arrays_piece
from nnbuilder.interop.script.pieces import Piece, comment
from nnbuilder.interop.script.plan import Plan
from nnbuilder.interop.script.tables import table_piece

ROWS = 256
"""How many random samples stand in for data."""

_BUILTIN = {
    "iris": "load_iris()",
    "wine": "load_wine()",
    "breast_cancer": "load_breast_cancer()",
    "digits": "load_digits()",
    "diabetes": "load_diabetes(scaled=False)",
}

_GENERATOR = "generator=generator"

_MADE: Mapping[str, tuple[str, ...]] = {
    "moons": (),
    "circles": ("factor=0.5",),
    "blobs": ("centers=centers",),
}
"""Points that scikit-learn makes, and what it is told beside their number, noise and seed."""

_COMPUTED: Mapping[str, str] = {
    "spiral": """\
    # Two arms of 1.75 turns that reach out to radius 5.
    y = np.arange({points}) % 2
    along = rng.random({points})
    angles = 1.75 * 2 * np.pi * along + np.pi * y
    x = 5 * along[:, None] * np.column_stack([np.sin(angles), np.cos(angles)])
    return x + rng.normal(0.0, {noise}, x.shape), y
""",
    "xor": """\
    # A square of side 10 whose quarters alternate, with a gap along the axes.
    x = rng.uniform(-5.0, 5.0, ({points}, 2))
    x += np.where(x > 0, 0.3, -0.3)
    y = (x[:, 0] * x[:, 1] < 0).astype(np.int64)
    return x + rng.normal(0.0, {noise}, x.shape), y
""",
    "line": """\
    x = rng.uniform(-3.0, 3.0, {points})
    return x[:, None], 2 * x + 1 + rng.normal(0.0, {noise}, {points})
""",
    "sine": """\
    x = rng.uniform(-np.pi, np.pi, {points})
    return x[:, None], np.sin(x) + rng.normal(0.0, {noise}, {points})
""",
}
"""Points that are computed from NumPy's random numbers, after `rng` was seeded."""

_CENTERS = """\
    angles = np.pi / 2 + np.arange(3) * 2 * np.pi / 3
    centers = 2 * np.column_stack([np.cos(angles), np.sin(angles)])
"""


def samples_piece(plan: Plan) -> Piece:
    """The function that loads or makes the samples."""
    source = plan.data.source
    if plan.profile is None:
        return _random(plan)
    if isinstance(source, CsvData):
        return table_piece(plan, plan.profile, source)
    if isinstance(source, ArraysData):
        return arrays_piece(plan, source)
    head = f'def load_samples():\n    """{_meaning(plan)}"""\n'
    if isinstance(source, BuiltinData):
        loader = _BUILTIN[source.name]
        code = f"{head}    data = {loader}\n    return data.data, data.target\n"
        return Piece(code, (f"from sklearn.datasets import {loader.partition('(')[0]}",))
    return _toy(head, source)


def _meaning(plan: Plan) -> str:
    classes = plan.profile is not None and bool(plan.profile.classes)
    goal = "class of each, counted from 0" if classes else "number that belongs to each"
    return f"Return the samples (rows, features) and the {goal}."


def _toy(head: str, toy: ToyData) -> Piece:
    facts = {"points": toy.points, "noise": toy.noise, "seed": toy.seed}
    if toy.name in _COMPUTED:
        body = f"    rng = np.random.default_rng({toy.seed})\n" + _COMPUTED[toy.name].format(**facts)
        return Piece(head + body, ("import numpy as np",))
    maker, noise = f"make_{toy.name}", "cluster_std" if toy.name == "blobs" else "noise"
    args = [f"n_samples={toy.points}", *_MADE[toy.name], f"{noise}={toy.noise}", f"random_state={toy.seed}"]
    code = f"    return {layout(call(maker, args), 4, 11)}\n"
    imports = (f"from sklearn.datasets import {maker}",)
    if toy.name == "blobs":
        return Piece(f"{head}{_CENTERS}{code}", (*imports, "import numpy as np"))
    return Piece(head + code, imports)


def _random(plan: Plan) -> Piece:
    """Random samples of the right shapes; a comment and a printed line say that data belong there."""
    x, y = _random_input(plan), _random_target(plan)
    why = (
        f"{plan.missing}, so these are random numbers, from which nothing can be learned.\n"
        "Replace this function by one that loads your own data in the same shapes."
    )
    lines = [
        f"ROWS = {ROWS}",
        "",
        "",
        "def load_samples():",
        '    """Return random samples and targets, of the shapes that the network takes."""',
        *comment(why, 4),
        f'    print("{plan.missing}: this trains on random numbers.")',
        "    generator = torch.Generator().manual_seed(0)",
        f"    {assigned('x', x, 4)}",
        f"    {assigned('y', y, 4)}",
        "    return x, y",
    ]
    return Piece("\n".join(lines) + "\n", ("import torch",))


def _random_input(plan: Plan) -> Bracket:
    sizes = ["ROWS", *(str(size) for size in plan.input.shape[1:])]
    if plan.input.dtype == "int64":
        return call("torch.randint", [str(_words(plan)), Bracket("", "()", tuple(sizes)), _GENERATOR])
    double = ["dtype=torch.float64"] if plan.input.dtype == "float64" else []
    return call("torch.randn", [*sizes, _GENERATOR, *double])


def _words(plan: Plan) -> int:
    """How many different whole numbers the first layer can look up."""
    found = (layer.args.get("num_embeddings") for layer in plan.analysis.every())
    return min((number for number in found if isinstance(number, int)), default=10)


def _random_target(plan: Plan) -> Bracket:
    """Targets that fit the network's output in the form that the loss takes."""
    sizes = ["ROWS", *(str(size) for size in plan.output.shape[1:])]
    if plan.form == "class index":
        shape = Bracket("", "()", ("ROWS", *sizes[2:]))
        return call("torch.randint", [sizes[1], shape, _GENERATOR])
    double = ["dtype=torch.float64"] if plan.output.dtype == "float64" else []
    if plan.form == "binary":
        dtype = double or ["dtype=torch.float32"]
        return call("torch.randint", ["2", Bracket("", "()", tuple(sizes)), _GENERATOR, *dtype])
    return call("torch.randn", [*sizes, _GENERATOR, *double])
