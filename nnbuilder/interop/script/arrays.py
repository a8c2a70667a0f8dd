"""`load_samples` of a script for a NumPy archive: the arrays and classes that `data.arrays` takes."""

from nnbuilder.data.spec import ArraysData
from nnbuilder.interop.pretty import quoted
from nnbuilder.interop.script.pieces import Piece
from nnbuilder.interop.script.plan import Plan

_CLASSES = """\
    # Classes are numbered in the order of their names.
    _, y = np.unique(y, return_inverse=True)
"""


def arrays_piece(plan: Plan, source: ArraysData) -> Piece:
    """The constants and the function that load the chosen arrays, each sample as one row of numbers."""
    classes = plan.profile is not None and bool(plan.profile.classes or plan.profile.stratified)
    goal = "class of each, counted from 0" if classes else "number that belongs to each"
    values = not classes and not plan.data.reconstruct
    code = (
        f"ARRAYS = {quoted(plan.table)}\n\n\n"
        "def load_samples(path):\n"
        f'    """Return the samples (rows, features) and the {goal}."""\n'
        "    with np.load(path) as arrays:\n"
        f"        x = arrays[{quoted(source.x)}].astype(np.float64)\n"
        f"        y = arrays[{quoted(source.y)}].reshape(-1)\n"
        + (_CLASSES if classes else "")
        + f"    return x.reshape(len(x), -1), y{'.astype(np.float64)' if values else ''}\n"
    )
    return Piece(code, ("import numpy as np", "from pathlib import Path"))
