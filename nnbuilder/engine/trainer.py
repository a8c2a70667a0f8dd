"""The training loop as a generator: one step, one result; whoever calls `next` owns pause and stop.

The recipe, the same in window, command line and exported script: `torch.set_num_threads`; the network is
built after `torch.manual_seed(seed)`; batches by `engine.batches`; fused optimizer where torch has one;
`train()` mode for the steps, `eval()` without gradients for validation after each epoch.
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.batch_metrics import BatchMetrics
from nnbuilder.engine.batches import batches, count_batches
from nnbuilder.engine.blame import STEP_ERRORS, blame, is_out_of_memory
from nnbuilder.engine.build import build_optimizer, has_sparse_gradients, trained_parameters
from nnbuilder.engine.captured import CapturedStep, CudaTape, Tape
from nnbuilder.engine.evaluate import Evaluation, epoch_tally, evaluate
from nnbuilder.engine.metrics import choose_metric
from nnbuilder.engine.objective import build_objective, change, change_asking
from nnbuilder.engine.patience import Patience
from nnbuilder.engine.results import EpochSummary, StepResult
from nnbuilder.engine.schedule import make_schedule
from nnbuilder.engine.scores import judge_of
from nnbuilder.engine.setup import Setup, TrainingError, set_up
from nnbuilder.engine.state import (
    MODEL,
    RANDOM,
    Facts,
    TrainerState,
    load_model,
    load_optimizer,
    optimizer_scalars,
    optimizer_tensors,
)
from nnbuilder.engine.team import Forward, Passed, Team, lost_another
from nnbuilder.engine.weights import Weights, put_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project

if TYPE_CHECKING:
    from nnbuilder.engine.compiled.step import CompiledStep


class Trainer:
    """Trains one frozen project on prepared data; the same seed gives bit-equal weights on one machine.

    After `rewind` or `restore`, ask for new `steps()`. Layers that draw random numbers use torch's global
    generator: two trainers in one process must not take turns. `weights` are what training starts from in
    place of the seed's; `notices` say which of them did not fit. With a `team` the batches are shared.
    """

    def __init__(
        self, project: Project, prepared: Prepared, weights: Weights | None = None, team: Team | None = None
    ) -> None:
        self.project = project
        self._team = team
        self.notices: tuple[str, ...] = ()
        self._weights = weights
        self.config = project.training
        self.prepared = prepared
        torch.set_num_threads(self.config.threads)
        torch.use_deterministic_algorithms(self.config.deterministic)
        self.setup: Setup = set_up(project, prepared)
        self.loss = build_objective(self.setup, self.config, prepared.profile.classes)
        target = self.setup.train.y
        classes = bool(prepared.profile.classes)
        self.metric = choose_metric(self.setup.loss_name, target, classes=classes)
        self._judge = judge_of(choose_metric(self.setup.loss_name, target, classes=classes))
        self.steps_per_epoch = count_batches(len(target), self.config.batch_size)
        self._measured = BatchMetrics(self.metric)
        self._compiled: CompiledStep | None = None
        self.batch: tuple[torch.Tensor, torch.Tensor] | None = None
        self.rewind()

    @property
    def step(self) -> int:
        """Steps done."""
        return self._step

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self._epoch

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or it is time to stop earlier."""
        return self._epoch >= self.config.epochs or self._patience.over or self._late

    @property
    def ending(self) -> str:
        """A sentence on how training has ended, where that is not after its last epoch with what it has."""
        if not self.finished:
            return ""
        told = self._patience.sentence(self._epoch, self.config.epochs)
        if self._late and self._epoch < self.config.epochs and not self._patience.over:
            minutes = f"{self.config.minutes:g} minute{'s' if self.config.minutes != 1 else ''}"
            told = f"Stopped after {minutes}, in epoch {self._epoch + 1:,}. {told}".strip()
        return told

    @property
    def scheduler(self) -> LRScheduler | None:
        """What leads the learning rate, if anything does."""
        return None if self._schedule is None else self._schedule.scheduler

    @property
    def learning_rate(self) -> float | None:
        """The rate of the next step; None where the optimizer has none."""
        rate = self.optimizer.param_groups[0].get("lr") if self.optimizer.param_groups else None
        return float(rate) if isinstance(rate, float | int | torch.Tensor) else None

    @property
    def _late(self) -> bool:
        """Whether the minutes are over; of several processes the leader looks at the clock."""
        limit = self.config.minutes
        return limit is not None and self._seconds >= 60 * limit and (self._team is None or self._team.leads)

    @property
    def layers(self) -> tuple[tuple[NodeId, nn.Module], ...]:
        """The drawn layers that have parameters, in the order in which they compute."""
        pairs = self.setup.modules(self.model)
        return tuple((node, layer) for node, layer in pairs if any(True for _ in layer.parameters()))

    def twin(self) -> "Trainer":
        """Another training from the same start, to look at: the two must not take turns."""
        training = msgspec.structs.replace(self.config, compiled=False)  # its layers are looked into
        project = msgspec.structs.replace(self.project, training=training)
        return Trainer(project, self.prepared, self._weights)

    def rewind(self) -> None:
        """Goes back to the start: the same initial weights, bit by bit."""
        torch.manual_seed(self.config.seed)
        self.model = self.setup.build()
        if self._weights is not None:
            self.notices = put_weights(self.setup.modules(self.model), self._weights)
        self._parameters = trained_parameters(self.model)
        self._forward: Forward | None = None
        self._captured: CapturedStep | None = None
        self._learn: Callable[[torch.Tensor], None] = self._change
        if OPTIMIZERS[self.config.optimizer].asks_again:
            self._learn = self._change_asking
        sparse = has_sparse_gradients(self.model)
        self.optimizer = build_optimizer(self.config, self._parameters, sparse=sparse)
        self._schedule = make_schedule(self.config, self.optimizer, self.steps_per_epoch)
        self._patience = Patience(self.config)
        self._seconds = 0.0
        if self._team is not None:
            self._team.seed(self.config.seed)
        self._shuffle = torch.Generator().manual_seed(self.config.seed)
        self._before = self._shuffle.get_state()
        self._step = self._epoch = self._position = 0
        self._loss_sum, self._rows = 0.0, 0
        self._reset_metrics()

    def steps(self) -> Iterator[StepResult]:
        """Trains from where the training stands to its end.

        Raises `TrainingError` where PyTorch cannot compute a batch.
        """
        self._clock = time.perf_counter()
        while not (self.finished or (self._team is not None and self._team.over)):
            try:
                yield from self._steps_of_epoch()
            except STEP_ERRORS as error:
                if is_out_of_memory(error):
                    raise
                if self._team is not None and (lost := lost_another(error)) is not None:
                    raise lost from error
                x = self.batch[0] if self.batch else None
                raise blame(self.setup, self.model, x, error) from error

    def state(self) -> TrainerState:
        """The present moment; its tensors are the living ones: `copy` or save them before the next step."""
        optimizer = self.optimizer.state_dict()
        self._measured.settle()
        facts = Facts(
            step=self._step,
            epoch=self._epoch,
            position=self._position,
            sums=(self._loss_sum, self._rows, *self.metric.sums),
            groups=optimizer["param_groups"],
            scalars=optimizer_scalars(optimizer),
            schedule={} if self._schedule is None else self._schedule.facts(),
            waiting=self._patience.waiting,
            seconds=self._seconds,
        )
        tensors = {MODEL + name: tensor for name, tensor in self.model.state_dict().items()}
        tensors |= optimizer_tensors(optimizer) | self._patience.tensors()
        tensors[RANDOM + "torch"] = torch.get_rng_state()
        tensors[RANDOM + "shuffle"] = self._before
        if self.setup.device.type == "cuda":
            tensors[RANDOM + "cuda"] = torch.cuda.get_rng_state(self.setup.device)
        return TrainerState(facts, tensors)

    def restore(self, state: TrainerState) -> None:
        """Goes to a moment of this training; what follows is what followed then, bit by bit."""
        self.rewind()
        load_model(self.model, state)
        if self._parameters:
            load_optimizer(self.optimizer, state)
        self._before = state.tensors[RANDOM + "shuffle"].clone()
        self._shuffle.set_state(self._before)
        facts = state.facts
        self._step, self._epoch, self._position = facts.step, facts.epoch, facts.position
        self._loss_sum, self._rows = facts.sums[0], int(facts.sums[1])
        self._seconds = facts.seconds
        if self._schedule is not None:
            self._schedule.restore(facts.schedule)
        self._patience.restore(facts.waiting, state.tensors)
        if self.finished:
            self._patience.end(self.model)
        else:
            self._patience.go_on(self.model)
        self._reset_metrics(facts.sums[2:])
        torch.set_rng_state(state.tensors[RANDOM + "torch"])
        if self._team is not None:
            self._team.seed(self.config.seed + facts.step * self._team.size)
        if self.setup.device.type == "cuda" and RANDOM + "cuda" in state.tensors:
            torch.cuda.set_rng_state(state.tensors[RANDOM + "cuda"], self.setup.device)

    def evaluate(self, part: str) -> Evaluation:
        """Loss and metrics over the whole "train", "validation" or "test" part, in eval mode."""
        rows = {"train": self.setup.train, "validation": self.setup.validation, "test": self.setup.test}[part]
        return evaluate(self.model, self.loss, self._judge, rows.x, rows.y)

    def news(self) -> tuple[str, ...]:
        """What is to be said of how steps are computed and was not asked for before."""
        if self._captured is not None:
            return self._captured.news
        return () if self._compiled is None else self._compiled.tell()

    def _way(self) -> Forward:
        """How a batch goes through the network; not made before the first, where all of a team meet."""
        if self._forward is None and self.config.compiled:
            self._forward, self._learn = self._compile()
        team, alone_on_gpu = self._team, self.setup.device.type == "cuda" and self._team is None
        if self._forward is None and alone_on_gpu and self._learn == self._change:
            self._forward, self._learn = self._capture(CudaTape())
        if self._forward is None:
            alone = self._alone if self.config.precision == "float32" else self._shortened
            self._forward = alone if team is None else team.forward(self.model, self.loss, self._autocast)
        return self._forward

    def _capture(self, tape: Tape) -> tuple[Forward, Callable[[torch.Tensor], None]]:
        """The passes as one recording, made at the first whole batch."""
        step = CapturedStep(self.config, self.model, self.loss, self.optimizer, self._autocast, tape)
        self._captured = step
        self._measured = BatchMetrics(self.metric, at_once=True)
        return step.forward, step.learn

    def _alone(self, x: torch.Tensor, y: torch.Tensor) -> Passed:
        """A batch through the network, by this process alone."""
        output = self.model(x)
        loss = self.loss(output, y)
        return output, loss, loss.item()

    def _shortened(self, x: torch.Tensor, y: torch.Tensor) -> Passed:
        """The same with shorter numbers where torch holds that to be safe."""
        with self._autocast():
            output = self.model(x)
            loss = self.loss(output, y)
        return output.float(), loss, loss.item()

    def _autocast(self) -> torch.autocast:
        """What makes a forward pass compute in the precision that is wanted."""
        return torch.autocast(
            self.setup.device.type, torch.bfloat16, enabled=self.config.precision == "bfloat16"
        )

    def _change(self, loss: torch.Tensor) -> None:
        """The way back from a good loss, and the step of the optimizer."""
        change(self.config, self._parameters, self.optimizer, loss)

    def _change_asking(self, loss: torch.Tensor) -> None:
        """The same where the optimizer computes the loss of the batch again."""
        if self.batch is not None:
            x, y = self.batch
            forward = self._way()
            change_asking(self.config, self._parameters, self.optimizer, loss, lambda: forward(x, y)[1])

    def _compile(self) -> tuple[Forward, Callable[[torch.Tensor], None]]:
        """The same as one graph, made at the first step of all."""
        from nnbuilder.engine.compiled.step import CompiledStep

        if self._team is not None:
            raise TrainingError("Several processes cannot train with compiled steps: switch compiled off.")
        if self._compiled is None:
            self._compiled = CompiledStep(self.config, self.setup, self.loss, self._try)
        self._compiled.attach(self.model, self.optimizer)
        return self._compiled.forward, self._compiled.learn

    def _try(
        self, model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
    ) -> None:
        """An ordinary step with another network."""
        parameters = trained_parameters(model)
        for parameter in parameters:
            parameter.grad = None
        with self._autocast():
            loss = self.loss(model(x), y)
        loss.item()
        change(self.config, parameters, optimizer, loss)

    def _steps_of_epoch(self) -> Iterator[StepResult]:
        """The rest of the current epoch; all that a step does, and nothing that it need not do."""
        forward, learn, parameters = self._way(), self._learn, self._parameters
        measured, last, epoch = self._measured, self.steps_per_epoch, self._epoch + 1
        limited = self.config.minutes is not None
        schedule = self._schedule if self._schedule and self._schedule.counts_steps else None
        self.model.train()
        for x, y in self._batches():
            for parameter in parameters:
                parameter.grad = None
            self.batch = (x, y)
            output, loss, value = forward(x, y)
            place = len(measured)
            if math.isfinite(value):
                learn(loss)
                if schedule is not None:
                    schedule.step(value)
                self._loss_sum += value * len(x)
                self._rows += len(x)
                measured.add(output, y)
            else:
                measured.skip()
            self._step += 1
            self._position += 1
            end = self._end_epoch() if self._position == last else None
            if limited:
                self._seconds, self._clock = self._since()
            if (end is not None or limited) and self.finished:
                self._patience.end(self.model)
            yield StepResult(self._step, epoch, value, measured, place, end)
            if limited and self._late:
                return

    def _reset_metrics(self, sums: tuple[float, ...] = ()) -> None:
        """Starts the metrics of an epoch, or goes on from earlier sums; a recording's outputs do not last."""
        self._measured.settle()
        self.metric.reset(sums)
        self._measured = BatchMetrics(self.metric, at_once=self._captured is not None)

    def _since(self) -> tuple[float, float]:
        """How long training has taken, and what the clock says now."""
        now = time.perf_counter()
        return self._seconds + now - self._clock, now

    def _batches(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """What is left of the epoch; the permutation is drawn anew from the state before it."""
        self._shuffle.set_state(self._before)
        part = self.setup.train
        order = torch.randperm(len(part.y), generator=self._shuffle)
        rest = batches(part.x, part.y, order, self.config.batch_size, self._position)
        team = self._team
        return rest if team is None else itertools.takewhile(lambda _: team.go(), rest)

    def _end_epoch(self) -> EpochSummary:
        """Validates, sums up, and stands at the start of the next epoch."""
        loss = self._loss_sum / self._rows if self._rows else math.nan
        self._measured.settle()
        metric = self.metric.total()
        validation = self.evaluate("validation")
        self._epoch += 1
        watched = loss if math.isnan(validation.loss) else validation.loss
        if self._schedule is not None and not self._schedule.counts_steps and self._rows:
            self._schedule.step(watched)
        self._patience.heed(self._epoch, watched, self.model)
        self._position = 0
        self._loss_sum, self._rows = 0.0, 0
        self._reset_metrics()
        self._before = self._shuffle.get_state()
        tally = epoch_tally(validation, self.metric, self.prepared.scaling.y_scale)
        return EpochSummary(self._epoch, self._step, loss, metric, validation.loss, validation.metric, tally)
