"""`load_samples` of a script for a CSV file: the rows, columns and classes that `data.table` takes."""

from nnbuilder.data.spec import CsvData, DataProfile
from nnbuilder.data.table_layout import MISSING
from nnbuilder.interop.pretty import Bracket, Expression, assigned, call, quoted
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.script.pieces import Piece
from nnbuilder.interop.script.plan import Plan

_NUMBERS = '''\
def as_numbers(column):
    """Return a column as floats, with NaN for cells that hold no value."""
    if column.dtype.kind in "biuf":
        return column.to_numpy(dtype=np.float64)
    # Very large whole numbers come as text.
    cells = [str(cell).strip() for cell in column]
    return np.array([np.nan if cell in MISSING else float(cell) for cell in cells])
'''

_FILL = """\
    # An empty cell takes the mean of its column.
    means = np.nansum(x, axis=0) / (~np.isnan(x)).sum(axis=0)
    x = np.where(np.isnan(x), means, x)
"""

_CLASSES = """\
    # Classes are numbered in the order of their names.
    _, y = np.unique(target.to_numpy(), return_inverse=True)
    return x, y
"""


_REST = {
    "class": _CLASSES,
    "number": "    return x, target.to_numpy(dtype=np.float64)\n",
    "target": "    return x, target.to_numpy()\n",
}
"""What comes back beside the samples: classes, numbers, or what nobody looks at."""

_GOALS = {
    "class": "class of each, counted from 0",
    "number": "number that belongs to each",
    "target": "target of each",
}


def table_piece(plan: Plan, profile: DataProfile, source: CsvData) -> Piece:
    """The constants and functions that load the chosen table."""
    goal = _goal(plan, profile)
    lines = [
        "def load_samples(path):",
        f'    """Return the samples (rows, features) and the {_GOALS[goal]}."""',
        f"    {assigned('table', _reading(plan, source), 4)}",
        f"    {assigned('features', _dropping(profile), 4)}",
        "    x = np.column_stack([as_numbers(features[name]) for name in features])",
        "",
    ]
    body = (
        "\n".join(lines)
        + (_FILL if source.missing == "mean" else "")
        + "    # Rows with empty cells are left out.\n"
        + "    complete = table[TARGET].notna().to_numpy() & ~np.isnan(x).any(axis=1)\n"
        + "    x, target = x[complete], table.loc[complete, TARGET]\n"
        + _REST[goal]
    )
    code = "\n\n".join([_constants(plan, source), _NUMBERS, body])
    return Piece(code, ("import numpy as np", "import pandas as pd", "from pathlib import Path"))


def _goal(plan: Plan, profile: DataProfile) -> str:
    if profile.classes or profile.stratified:
        return "class"
    return "target" if plan.data.reconstruct else "number"


def _constants(plan: Plan, source: CsvData) -> str:
    missing = Bracket("", "[]", tuple(quoted(word) for word in MISSING))
    return f"TABLE = {quoted(plan.table)}\nTARGET = {quoted(source.target)}\n{assigned('MISSING', missing)}\n"


def _reading(plan: Plan, source: CsvData) -> Bracket:
    """The call that reads the table as it is written, with the names that its columns have here."""
    if plan.layout is None:
        raise WriteError(f"{source.path} cannot be read.")
    facts: list[Expression] = ["path"]
    if plan.layout.delimiter != ",":
        facts.append(f"sep={quoted(plan.layout.delimiter)}")
    if plan.layout.decimal != ".":
        facts.append(f"decimal={quoted(plan.layout.decimal)}")
    if not plan.plain_header:
        names = tuple(quoted(name) for name in plan.layout.names)
        facts += [f"header={0 if plan.layout.header else None}", Bracket("names=", "[]", names)]
    facts += ["index_col=False", 'encoding="utf-8-sig"', "na_values=MISSING", "keep_default_na=False"]
    return call("pd.read_csv", [*facts, "skipinitialspace=True", "low_memory=False"])


def _dropping(profile: DataProfile) -> Bracket:
    unused = tuple(quoted(name) for name in profile.unused)
    return call("table.drop", [Bracket("columns=", "[]", ("TARGET", *unused))])
