"""The live report of which class is taken for which."""

import numpy as np
from numpy.typing import NDArray

from nnbuilder.engine.live.forward import outputs, some
from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.metrics import Accuracy, choose_metric, numbers
from nnbuilder.engine.scores import CONFUSION_CLASSES
from nnbuilder.engine.setup import Rows
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.predictions import Confusion, PartName

MOST_ROWS = 2000
"""Rows of each part that are looked at."""


def confusion(trainer: Trainer) -> Report | None:
    """The report for a training of classes, where they are not too many to be seen."""
    classes = trainer.prepared.profile.classes
    setup = trainer.setup
    judge = choose_metric(setup.loss_name, setup.train.y, classes=bool(classes))
    if not isinstance(judge, Accuracy) or len(classes) > CONFUSION_CLASSES:
        return None
    return _Confusion(trainer, judge)


class _Confusion:
    """Keeps the rows that are looked at."""

    def __init__(self, trainer: Trainer, judge: Accuracy) -> None:
        self._trainer = trainer
        self._judge = judge
        parts: dict[PartName, Rows] = {"train": trainer.setup.train, "validation": trainer.setup.validation}
        self._parts = {name: rows for name, rows in parts.items() if len(rows.x)}
        self._kept = [some(rows, MOST_ROWS) for rows in self._parts.values()]

    def __call__(self, run_id: str) -> Reported | None:
        """The tables as they are now."""
        known = self._trainer.prepared.profile.classes
        tables = [self._count(rows, len(known)) for rows in self._kept]
        more = tuple(f"output {number}" for number in range(len(known), len(tables[0])))
        message = Confusion(
            run_id,
            self._trainer.step,
            known + more,
            tuple(self._parts),
            tuple(len(rows.x) for rows in self._kept),
            tuple(len(rows.x) for rows in self._parts.values()),
        )
        return message, tables

    def _count(self, rows: Rows, classes: int) -> NDArray[np.float32]:
        """Counts (classes, classes), with more columns and rows where the network has more outputs."""
        output = numbers(outputs(self._trainer, rows.x))
        right, taken = self._judge.labels(output, numbers(rows.y))
        size = classes if self._judge.threshold is not None else max(classes, output.shape[1])
        table = np.zeros((size, size), np.float32)
        np.add.at(table, (right.astype(np.int64), taken.astype(np.int64)), 1)
        return table
