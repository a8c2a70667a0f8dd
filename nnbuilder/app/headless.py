"""The program without a display: analyses and trains the starter, prints it, and writes pictures."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.report.columns import fitting
from nnbuilder.graph.report.rows import Report
from nnbuilder.graph.report.writers import as_text
from nnbuilder.project.folders import state_folder
from nnbuilder.protocol.messages import EpochEnded

_WIDTH = 100


def run_headless(argv: Sequence[str], folder: Path | None = None) -> int:
    """Does the main job into a folder of pictures; answers with the exit status."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler

    from nnbuilder.app.rehearsal import Rehearsal
    from nnbuilder.app.window import begin, make_application, make_window

    _say("There is no display, so NNBuilder trains here and writes pictures of its window.")
    before = qInstallMessageHandler(_pass_on)
    application = make_application()
    session, window = make_window(application)
    pictures = folder or state_folder("pictures")
    try:
        begin(window, Path(argv[0]) if argv else None)
        rehearsal = Rehearsal(window, pictures)
        rehearsal.analyzed.connect(lambda: _say(layer_table(session.analysis.report)))
        session.run.epoch_ended.connect(
            lambda row: _say(epoch_line(row, session.run.epochs, session.run.metric))
        )
        why = rehearsal.run()
    except (NNBuilderError, OSError) as error:
        why = str(error)
    finally:
        session.shutdown()
        window.deleteLater()
        qInstallMessageHandler(before)
    if why:
        sys.stderr.write(f"{why}\n")
        return 1
    last = session.run.validation[-1]
    _say(f"validation {session.run.metric} {_number(last.validation_metric)}")
    _say(f"{len(rehearsal.pictures)} pictures in {pictures}")
    return 0


def layer_table(report: Report) -> str:
    """The analysis report as far as it fits into a terminal."""
    rows = tuple(report.every())
    return as_text(report, rows, fitting(rows, _WIDTH))


def epoch_line(row: EpochEnded, epochs: int, metric: str) -> str:
    """One line of progress."""
    return (
        f"epoch {row.epoch:>4}/{epochs}  loss {_number(row.train_loss)}  {metric} {_number(row.train_metric)}"
        f"  validation loss {_number(row.validation_loss)}  {metric} {_number(row.validation_metric)}"
    )


def _pass_on(*words: object) -> None:
    """Qt's own messages, but for the one on window sizes that mean nothing without a screen."""
    message = str(words[-1])
    if not message.startswith("This plugin does not support"):
        sys.stderr.write(f"{message}\n")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
