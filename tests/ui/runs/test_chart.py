"""The lines of runs, and the numbers at their axes."""

import csv
import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from nnbuilder.runs.label import Label
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview, overview_of
from nnbuilder.runs.store import create_run
from nnbuilder.ui.runs.chart import Line, RunChart, thinned, tick_text, ticks
from nnbuilder.ui.runs.columns import brief, duration_text
from nnbuilder.ui.runs.course import course_csv, read_course
from nnbuilder.ui.runs.tints import Tints
from tests.runs.samples import sample_record


def _run(folder: Path, epochs: int, steps: int) -> RunOverview:
    record = msgspec.structs.replace(sample_record(folder.name), status="finished")
    store = create_run(folder, record)
    column = np.linspace(2.0, 1.0, steps, dtype=np.float32)
    store.columns.add_steps(column, np.full_like(column, 0.25))
    store.columns.add_epochs(
        [
            EpochRow(n, 5 * n, 1 / n, 0.5, math.nan if n == 2 else 2 / n, 0.25, n / 2)
            for n in range(1, epochs + 1)
        ]
    )
    store.close()
    label = Label("one, two")
    return msgspec.structs.replace(overview_of(folder, record), label=label)


def test_epochs_are_points_and_what_is_no_number_is_left_out(tmp_path: Path) -> None:
    course = read_course(_run(tmp_path / "a", 4, 20))
    x, y = course.line("validation_loss", "epoch")
    assert (x.tolist(), y.tolist()) == ([1.0, 3.0, 4.0], [2.0, 2 / 3, 0.5])
    x, _ = course.line("train_loss", "seconds")
    assert x.tolist() == [0.5, 1.0, 1.5, 2.0]


def test_where_epochs_are_few_steps_are_drawn_as_means(tmp_path: Path) -> None:
    course = read_course(_run(tmp_path / "a", 1, 5000))
    x, y = course.line("train_loss", "step")
    assert len(x) <= 2000
    losses = np.linspace(2.0, 1.0, 5000, dtype=np.float32)[: int(x[-1])]
    assert y.mean() == pytest.approx(losses.mean(dtype=np.float64))
    x, y = course.line("validation_loss", "epoch")
    assert y.tolist() == [2.0]


def test_a_run_that_is_gone_has_no_course(tmp_path: Path) -> None:
    run = RunOverview(tmp_path / "none", sample_record())
    assert len(read_course(run).line("train_loss", "epoch")[0]) == 0


def test_the_table_behind_it_names_every_run(tmp_path: Path) -> None:
    text = "".join(course_csv([read_course(_run(tmp_path / "a", 2, 10))]))
    title, *rows = csv.reader(text.splitlines())
    assert title[0] == "run"
    assert [row[0] for row in rows] == ["one, two"] * 2
    assert [row[6] for row in rows] == ["2.0", ""]


@pytest.mark.parametrize(
    ("low", "high", "most", "found"),
    [(0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (-3.0, 17.0, 4, [0, 5, 10, 15]), (1.0, 1.0, 4, [])],
)
def test_ticks_are_round(low: float, high: float, most: int, found: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(found)


def test_numbers_at_axes_are_short() -> None:
    assert [tick_text(value) for value in (0, 0.25, 12_000, 1e-5, 3e7)] == [
        "0",
        "0.25",
        "12,000",
        "1e-05",
        "3e+07",
    ]
    assert [duration_text(seconds) for seconds in (0, 0.82, 125, 3723)] == ["", "0.8 s", "2:05", "1:02:03"]
    assert (brief("2026-01-02 03:04:05"), brief("Wide")) == ("03:04:05", "Wide")


def test_a_line_is_painted_where_its_values_lie(qtbot: QtBot) -> None:
    chart = RunChart()
    qtbot.addWidget(chart)
    x = np.array([0.0, 1.0, 2.0])
    chart.show_lines([Line("a", x, np.array([0.0, 0.0, 0.0]), QColor("#ff0000"))], "epochs", log=False)
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    chart.paint(painter, QRectF(0, 0, 300, 200))
    painter.end()
    red = {y for y in range(200) if QColor(image.pixel(150, y)).green() < 128}
    middle = 8 + (200 - 8 - 22) / 2
    assert red
    assert all(abs(y - middle) <= 2 for y in red)


def test_a_line_of_many_points_keeps_its_extremes() -> None:
    x = np.arange(10_000, dtype=np.float64)
    y = np.zeros(10_000)
    y[1234], y[9999] = 5.0, -3.0
    across, down = thinned(x, y, 300)
    assert len(across) == len(down) <= 2 * 304
    assert (down.max(), down.min()) == (5.0, -3.0)
    assert abs(across[int(down.argmax())] - 1234) <= 33
    few = thinned(x[:500], y[:500], 300)
    assert np.array_equal(few[0], x[:500])


def test_zoom_stays_within_the_runs_and_home_shows_all(qtbot: QtBot) -> None:
    chart = RunChart()
    qtbot.addWidget(chart)
    x = np.arange(101, dtype=np.float64)
    chart.show_lines([Line("a", x, x, QColor("red"))], "epochs", log=False)
    chart.zoom(0.5)
    assert chart.span == (25.0, 75.0)
    chart.zoom(10)
    assert chart.span == (0.0, 100.0)
    chart.zoom(0.5)
    chart.show_lines([Line("a", x, x, QColor("red"))], "steps", log=False)
    assert chart.span == (0.0, 100.0)


def test_a_line_ends_where_its_run_does() -> None:
    line = Line("a", np.array([1.0, 3.0]), np.array([5.0, 7.0]), QColor("red"))
    assert [line.at(x) for x in (0.5, 1.2, 2.9, 3.1)] == [None, 5.0, 7.0, None]


def test_a_chosen_run_keeps_its_colour() -> None:
    tints, (a, b, c) = Tints(), (Path("a"), Path("b"), Path("c"))
    tints.choose([a, b])
    second = tints.token(b)
    tints.choose([b, c])
    assert tints.token(b) == second
    assert tints.token(c) not in {second, ""}
    assert tints.token(a) == ""
