"""The ways out that need no engine: pictures of the drawing, and its analysis as text."""

from pathlib import Path

from nnbuilder.graph.report.columns import COLUMNS
from nnbuilder.graph.report.rows import Report
from nnbuilder.graph.report.writers import as_csv, as_markdown
from nnbuilder.project.atomic import write_atomic
from nnbuilder.protocol.tasks import Exported
from nnbuilder.ui.export.pictures import PictureChoice, picture_bytes, size_of


def write_picture_of(form: str, path: Path, svg: str, choice: PictureChoice) -> Exported:
    """Writes a picture; raises `PictureError` or `SaveError`."""
    size = size_of(svg)
    scale = choice.scale if choice.format == "png" else 1
    told = f"{round(size.width() * scale):,} × {round(size.height() * scale):,}"
    words = f"The drawing as it is shown, {told} {'pixels' if choice.format == 'png' else 'units'}."
    return _written(form, path, picture_bytes(svg, choice), words)


def write_report(form: str, path: Path, report: Report) -> Exported:
    """Writes the analysis; raises `SaveError`."""
    rows = tuple(report.every())
    if form == "csv":
        text = as_csv(rows, COLUMNS)
    else:
        text = as_markdown(report, rows, tuple(column for column in COLUMNS if column.said(rows)))
    return _written(form, path, text.encode(), f"{len(rows):,} rows, as torch computes them.")


def _written(form: str, path: Path, data: bytes, verified: str) -> Exported:
    replaced = path.exists()
    write_atomic(path, data)
    return Exported(str(path), form, len(data), (verified,), replaced=replaced)
