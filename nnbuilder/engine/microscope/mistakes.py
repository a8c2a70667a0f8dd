"""A training loop that can leave out what must not be left out, step by step as one writes it by hand."""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch import nn

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.data.load import load, load_raw
from nnbuilder.data.prepare import Part, Prepared, split_rows
from nnbuilder.engine.batches import batches, count_batches, pieces
from nnbuilder.engine.blame import STEP_ERRORS, blame
from nnbuilder.engine.build import build_optimizer, has_sparse_gradients, trained_parameters
from nnbuilder.engine.evaluate import CHUNK_ROWS, evaluate
from nnbuilder.engine.metrics import Metric, choose_metric
from nnbuilder.engine.objective import build_objective, change, change_asking, go_back
from nnbuilder.engine.schedule import make_schedule
from nnbuilder.engine.setup import Rows, set_up
from nnbuilder.engine.weights import Weights, put_weights
from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import LoopEnd, Mistake

TOO_FAST = 100.0
"""How many times the rate is what it should be, where that is the mistake."""


class Loop:
    """Trains a network with some mistakes; without any, bit for bit as training does.

    Two loops may take turns: each step begins from the random numbers that the last one left. `file_order`
    are the training rows in the order of the data, for a loop that does not shuffle.
    """

    def __init__(
        self,
        project: Project,
        prepared: Prepared,
        mistakes: Collection[Mistake] = (),
        weights: Weights | None = None,
        file_order: torch.Tensor | None = None,
    ) -> None:
        self.config = config = project.training
        self.mistakes = frozenset(mistakes)
        self._setup = setup = set_up(project, prepared)
        torch.manual_seed(config.seed)
        self.model = setup.build()
        if weights is not None:
            put_weights(setup.modules(self.model), weights)
        self._random = torch.get_rng_state()
        classes = bool(prepared.profile.classes)
        self._metric = choose_metric(setup.loss_name, setup.train.y, classes=classes)
        self.loss: nn.Module = build_objective(setup, config, prepared.profile.classes)
        if "softmax" in self.mistakes:
            self.loss = _Twice(self.loss)
        self._parameters = trained_parameters(self.model)
        self.optimizer = build_optimizer(config, self._parameters, sparse=has_sparse_gradients(self.model))
        self.per_epoch = count_batches(len(setup.train.y), config.batch_size)
        self._schedule = make_schedule(config, self.optimizer, self.per_epoch)
        self._shuffle = torch.Generator().manual_seed(config.seed)
        self._rows = file_order if "shuffle" in self.mistakes else None
        self.losses: list[float] = []
        self.validation: list[float] = []
        self.metrics: list[float] = []
        self.broke: int | None = None

    @property
    def metric(self) -> str:
        """What is measured beside the loss."""
        return self._metric.name

    def epoch(self) -> Iterator[None]:
        """One pass over the data, a step at a time, then the validation; nothing once a loss has broken."""
        train = self._setup.train
        order = self._rows
        if order is None:
            order = torch.randperm(len(train.y), generator=self._shuffle)
        for x, y in batches(train.x, train.y, order, self.config.batch_size):
            if self.broke is None:
                with self._own_random(x):
                    self._step(x, y)
            yield
        if self.broke is None:
            with self._own_random(self._setup.validation.x):
                self._end_epoch()

    def end(self) -> LoopEnd:
        """Where it stands."""
        last = self.losses[-self.per_epoch :]
        return LoopEnd(
            _finite(float(np.mean(last)) if last else math.nan),
            _finite(self.validation[-1] if self.validation else math.nan),
            _finite(self.metrics[-1] if self.metrics else math.nan),
            self.broke,
        )

    def _step(self, x: torch.Tensor, y: torch.Tensor) -> None:
        """One step; a loss that is not finite is the last."""
        self.model.train()
        if "zero_grad" not in self.mistakes:
            self.optimizer.zero_grad()
        loss = self.loss(self.model(x), y)
        self.losses.append(loss.item())
        if not math.isfinite(self.losses[-1]):
            self.broke = len(self.losses)
            return
        rates = [group["lr"] for group in self.optimizer.param_groups]
        self._set_rates([rate * TOO_FAST for rate in rates] if "lr" in self.mistakes else rates)
        self._learn(loss, lambda: self.loss(self.model(x), y))
        self._set_rates(rates)
        if self._schedule is not None and self._schedule.counts_steps:
            self._schedule.step(self.losses[-1])

    def _learn(self, loss: torch.Tensor, again: Callable[[], torch.Tensor]) -> None:
        """The way back and the step; some optimizers compute the loss `again`, and set gradients back."""
        config, parameters, optimizer = self.config, self._parameters, self.optimizer
        if not OPTIMIZERS[config.optimizer].asks_again:
            change(config, parameters, optimizer, loss)
        elif "zero_grad" not in self.mistakes:
            change_asking(config, parameters, optimizer, loss, again)
        else:
            optimizer.step(lambda: go_back(config, parameters, again()).item())

    def _set_rates(self, rates: list[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    def _end_epoch(self) -> None:
        """Measures the validation part, and lets a schedule by epochs go on."""
        part = self._setup.validation
        loss, metric = math.nan, math.nan
        if len(part.y) and "eval" in self.mistakes:
            loss, metric = measure_in_train_mode(self.model, self.loss, self._metric, part)
        elif len(part.y):
            found = evaluate(self.model, self.loss, self._metric, part.x, part.y)
            loss, metric = found.loss, found.metric
        if len(part.y):
            self.validation.append(loss)
            self.metrics.append(metric)
        if self._schedule is not None and not self._schedule.counts_steps:
            seen = self.losses[-self.per_epoch :]
            self._schedule.step(float(np.mean(seen)) if math.isnan(loss) else loss)

    @contextmanager
    def _own_random(self, x: torch.Tensor) -> Iterator[None]:
        """Lets this loop's own random numbers be drawn; raises `TrainingError` where torch refuses `x`."""
        torch.set_rng_state(self._random)
        try:
            yield
        except STEP_ERRORS as error:
            raise blame(self._setup, self.model, x, error) from error
        self._random = torch.get_rng_state()


def measure_in_train_mode(
    model: nn.Module, loss: nn.Module, metric: Metric, part: Rows
) -> tuple[float, float]:
    """Loss and metric over a part as they come out where `model.eval()` was forgotten."""
    model.train()
    metric.reset()
    total = 0.0
    with torch.no_grad():
        for x, y in zip(pieces(part.x, CHUNK_ROWS), pieces(part.y, CHUNK_ROWS), strict=True):
            output = model(x.clone())
            total += loss(output, y).item() * len(x)
            metric.measure(output, y)
    value = metric.total()
    metric.reset()
    return total / len(part.y), value


def load_beside(
    project: Project, mistakes: Collection[Mistake], base: Path | None
) -> tuple[Prepared, Prepared]:
    """The data for the right loop, and for the one with mistakes; targets are the same in both."""
    right = load(project.data, project.training.seed, base)
    if "standardize" not in mistakes or not project.data.standardize:
        return right, right
    raw = load(msgspec.structs.replace(project.data, standardize=False), project.training.seed, base)
    parts = [
        Part(own.x, other.y)
        for own, other in (
            (raw.train, right.train),
            (raw.validation, right.validation),
            (raw.test, right.test),
        )
    ]
    return right, Prepared(right.profile, parts[0], parts[1], parts[2], right.scaling)


def file_order(project: Project, base: Path | None) -> torch.Tensor:
    """The places of the training rows in the order in which the data have them, int64 (rows,)."""
    raw = load_raw(project.data.source, base)
    rows, _, _, _ = split_rows(raw, project.data.split, project.training.seed)
    return torch.from_numpy(np.argsort(rows, kind="stable"))


def neighbours_alike(y: torch.Tensor) -> tuple[float, float]:
    """How often rows that follow each other are of one class, and how often they would be by chance."""
    labels = y.reshape(-1)
    if len(labels) < 2:
        return 0.0, 0.0
    _, counts = torch.unique(labels, return_counts=True)
    shares = counts.double() / len(labels)
    alike = (labels[1:] == labels[:-1]).double().mean()
    return float(alike), float((shares * shares).sum())


class _Twice(nn.Module):
    """A loss that is given what has been through softmax (or sigmoid) already."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self._loss = loss

    def forward(self, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        if isinstance(self._loss, nn.CrossEntropyLoss):
            given = torch.softmax(output, dim=1 if output.dim() > 1 else 0)
        else:
            given = torch.sigmoid(output)
        found: torch.Tensor = self._loss(given, target)
        return found


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
