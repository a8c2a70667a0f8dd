"""A CSV file as data: number columns become features, the chosen column the target."""

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.errors import DataError, DataFault, refuse
from nnbuilder.data.raw import Floats, RawData
from nnbuilder.data.spec import CsvData, Task
from nnbuilder.data.table_layout import FIELD_LIMIT, MISSING, Layout, find_table, is_number, read_layout
from nnbuilder.data.table_scan import Report, scan_table

CLASS_LIMIT = 1000
"""Classes that a target may have."""

_LINES_SHOWN = 20
_NAMES_SHOWN = 8
_NOTHING = frozenset(MISSING)


def load_table(spec: CsvData, folder: Path | None) -> RawData:
    """The table's numbers; raises `DataError` with every broken row, or with what to choose instead."""
    path = find_table(spec.path, folder)
    layout = read_layout(path)
    if spec.target not in layout.names:
        raise _no_target(spec.target, layout)
    frame, doubt = _read(path, layout, spec.target)
    words = spec.task == "classification"
    checked = frame is None or bool(doubt)
    report = scan_table(path, layout, spec.target, spec.left_out, words=words) if checked else Report()
    if report.faults:
        raise DataError(tuple(_in_file(fault, path) for fault in report.faults), report.total)
    if frame is None:
        raise refuse("data-table", f"{path.name} cannot be read as a table: {doubt}.", "source.path")
    return _assemble(frame, spec, path.name, report)


def _in_file(fault: DataFault, path: Path) -> DataFault:
    """A fault whose message says in which file it is."""
    return msgspec.structs.replace(fault, message=f"{path.name}: {fault.message}")


def _no_target(target: str, layout: Layout) -> DataError:
    columns = ", ".join(layout.names[:20]) + (" ..." if len(layout.names) > 20 else "")
    text = f"There is no column {target!r}" if target else "Choose the column to predict"
    fault = DataFault("data-target", f"{text}; the columns are {columns}.", 1, field="source.target")
    return DataError((fault,), choices=layout.names)


def _read(path: Path, layout: Layout, target: str) -> tuple[Any, str]:
    """The table by pandas, or None; and a word where a check pass has to look at it more closely."""
    import warnings

    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                path,
                sep=layout.delimiter,
                header=0 if layout.header else None,
                names=list(layout.names),
                index_col=False,
                encoding="utf-8-sig",
                na_values=list(MISSING),
                keep_default_na=False,
                skipinitialspace=True,
                low_memory=False,
                decimal=layout.decimal,
            )
    except (ValueError, pd.errors.ParserWarning, OverflowError) as error:
        return None, str(error).strip().splitlines()[0].rstrip(".")
    return frame, _doubt(frame, target)


def _doubt(frame: Any, target: str) -> str:
    """Why a table needs a closer look, or nothing."""
    for name in frame.columns:
        kind = frame[name].dtype.kind
        if kind in "biu":
            continue
        if kind == "f":
            if not np.isfinite(frame[name].to_numpy()).all():
                return "empty or infinite cells"
        elif name != target or frame[name].isna().any() or _odd_text(frame[name]):
            return "text"
    return ""


def _odd_text(column: Any) -> bool:
    """Whether a text column may hide a broken row, or hold mostly numbers."""
    words = [str(word) for word in column.unique()]
    return any(
        "\n" in word or "\0" in word or '"' in word or len(word) > FIELD_LIMIT for word in words
    ) or any(map(is_number, words))


def _assemble(frame: Any, spec: CsvData, title: str, report: Report) -> RawData:
    if not len(frame):
        raise refuse(
            "data-rows", f"{title} has column names but no rows: choose another file.", "source.path"
        )
    features, unused = _features(frame, spec)
    if not features:
        raise _no_features(title, frame, spec)
    x = np.column_stack([features[name] for name in features])
    goal = frame[spec.target]
    task = spec.task or _task(goal)
    keep = ~goal.isna().to_numpy()
    if spec.missing == "mean":
        x = _fill(x)
    keep &= ~np.isnan(x).any(axis=1)
    notes = [*_missing_notes(report, spec, int((~keep).sum())), *_unknown_notes(frame, spec)]
    x, goal = np.ascontiguousarray(x[keep]), goal[keep]
    if len(x) < 2:
        found = "one usable row" if len(x) else "no usable row"
        raise refuse("data-rows", f"{title} has {found}; training needs two.", "source.path")
    if task == "regression":
        values = _values(goal, spec)
        return RawData(title, x, values, tuple(features), (), spec.target, tuple(notes), unused)
    y, classes = _classes(goal, spec)
    return RawData(title, x, y, tuple(features), classes, spec.target, tuple(notes), unused)


def _features(frame: Any, spec: CsvData) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Columns of numbers as float64 (rows,) with NaN for empty cells, and the names of the other columns."""
    features: dict[str, Floats] = {}
    unused = []
    left_out = frozenset(spec.left_out)
    for name in frame.columns:
        if name == spec.target:
            continue
        values = None if name in left_out else _numbers(frame[name])
        if values is None or np.isnan(values).all():
            unused.append(name)
        else:
            features[name] = values
    return features, tuple(unused)


def _no_features(title: str, frame: Any, spec: CsvData) -> DataError:
    """Nothing is left to learn from: because of what the table holds, or of what was left out."""
    everything, _ = _features(frame, msgspec.structs.replace(spec, left_out=()))
    if everything:
        text = f"Every column of numbers in {title} is left out: the network needs one to learn from."
        return refuse("data-features", text, "source.left_out")
    text = f"{title} has no column of numbers beside the target."
    return refuse("data-features", text, "source.path")


def _numbers(column: Any) -> Floats | None:
    """A column as float64 (rows,), or None where it holds text."""
    if column.dtype.kind in "biuf":
        plain: Floats = column.to_numpy(dtype=np.float64)
        return plain
    texts = {str(word).strip() for word in column.unique()}  # pandas keeps huge whole numbers as text
    if not all(text in _NOTHING or is_number(text) for text in texts):
        return None
    values = {text: math.nan if text in _NOTHING else float(text) for text in texts}
    return np.array([values[str(word).strip()] for word in column], dtype=np.float64)


def _fill(x: Floats) -> Floats:
    """Puts the mean of its column into each empty cell; columns without any value stay empty."""
    counts = (~np.isnan(x)).sum(axis=0)
    means = np.nansum(x, axis=0) / np.maximum(counts, 1)
    return np.where(np.isnan(x) & (counts > 0), means, x)


def _task(goal: Any) -> Task:
    """Text, True/False, or few different whole numbers are classes; all else are values."""
    if goal.dtype.kind not in "iuf":
        return "classification"
    values = goal.dropna().unique()
    whole = all(math.isfinite(value) and value == int(value) for value in values[:100].tolist())
    return "classification" if whole and len(values) <= min(20, max(2, len(goal) // 5)) else "regression"


def _values(goal: Any, spec: CsvData) -> Floats:
    if goal.dtype.kind not in "biuf":
        text = f"Column {spec.target} holds text, so its values cannot be predicted as numbers."
        raise refuse("data-target", text, "source.task")
    values: Floats = goal.to_numpy(dtype=np.float64)
    return values


def _classes(goal: Any, spec: CsvData) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Class indices and names, sorted as numbers or as text."""
    found, indices = np.unique(goal.to_numpy(), return_inverse=True)
    if not 2 <= len(found) <= CLASS_LIMIT:
        many = "only one value" if len(found) == 1 else f"{len(found):,} different values"
        text = f"Column {spec.target} has {many}; classes are 2 to {CLASS_LIMIT:,}: choose another column."
        raise refuse("data-classes", text, "source.target")
    return indices.astype(np.int64), tuple(map(_class_name, found.tolist()))


def _class_name(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _unknown_notes(frame: Any, spec: CsvData) -> list[str]:
    """A sentence about columns that are to be left out of a table that has none of that name."""
    known = frozenset(frame.columns)
    names = [name for name in spec.left_out if name not in known]
    more = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
    return [f"No such column to leave out: {', '.join(names[:_NAMES_SHOWN])}{more}."] if names else []


def _missing_notes(report: Report, spec: CsvData, dropped: int) -> list[str]:
    """Sentences about empty cells, the first of them with line and column."""
    if not report.missing:
        return []
    places = [f"line {line}, column {name}" for line, name in report.missing[:_LINES_SHOWN]]
    more = len(report.missing) - len(places)
    where = "; ".join(places) + (f"; and {more:,} more" if more else "")
    filled = "others filled with the column's mean, " if spec.missing == "mean" else ""
    return [f"{len(report.missing):,} empty cells, {filled}{dropped:,} rows left out: {where}."]
