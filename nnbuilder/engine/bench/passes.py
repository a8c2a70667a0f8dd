"""One recorded pass through the project's network: every layer's input and output, every gradient."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nnbuilder.data.errors import DataError
from nnbuilder.engine import trace
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.build import BuildError
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.given import Given, GivenError, read_given
from nnbuilder.engine.microscope.subject import Subject, subject_of, target_of
from nnbuilder.engine.objective import penalty
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.weights import WeightsError
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.project import Project
from nnbuilder.protocol.bench import BenchLayer

ROWS = "data:0:8"
"""The rows that a pass takes where none are named: those with which the microscope begins."""

INPUT = "input"
"""The name of what goes into the network, and of the gradient that arrives there."""

BROKEN = (ExportError, BuildError, WeightsError, DataError, TrainingError)
"""What keeps a network from being built."""


class Tensors(Mapping[str, torch.Tensor]):
    """Tensors by the names of layers or parameters; a layer may be named by its number too."""

    def __init__(self, kind: str, tensors: Mapping[str, torch.Tensor]) -> None:
        self._kind, self._tensors = kind, tensors

    def __getitem__(self, name: str | int) -> torch.Tensor:
        found = self._tensors.get(str(name))
        if found is None:
            known = ", ".join(f'"{one}"' for one in list(self._tensors)[:12]) or "none: there was no target"
            raise BenchError(f"There is no {self._kind}[{name!r}]; there are {known}.")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __str__(self) -> str:
        return "\n".join(f"{name}  {tuple(one.shape)}" for name, one in self._tensors.items())


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What was recorded; `gradients` are those of the loss, of every activation and every parameter.

    `loss`, that of each row (`losses`) and `target` are None, and there are no gradients, where the rows have
    no targets.
    """

    inputs: Tensors
    activations: Tensors
    gradients: Tensors
    output: torch.Tensor
    loss: torch.Tensor | None = None
    losses: torch.Tensor | None = None
    target: torch.Tensor | None = None

    def __str__(self) -> str:
        loss = "" if self.loss is None else f", loss {float(self.loss):.6g}"
        return f"A pass: output {tuple(self.output.shape)}{loss}\n{self.activations}"


class Tracer:
    """The word `trace`: sends rows through a copy of the network and records what comes about.

    Rows and targets are what the microscope takes ("data:0:8", "batch:0" or a list, in quotes), or tensors.
    """

    def __init__(self, project: Project, base: Path | None, runs: Path | None) -> None:
        self._project, self._base, self._runs = project, base, runs
        self._subject: Subject | None = None
        self._last: tuple[tuple[object, ...], Pass] | None = None

    def prepare(self) -> "Tracer":
        """Builds the network; raises `BenchError` where there is none."""
        if self._subject is None:
            with torch.random.fork_rng(devices=[]), torch.enable_grad():
                try:
                    self._subject = subject_of(self._project, self._base, self._runs)
                except BROKEN as error:
                    raise BenchError(f"There is no network to look into: {error}") from error
        return self

    @property
    def layers(self) -> tuple[BenchLayer, ...]:
        """The layers of the network with their parameters; raises `BenchError` where there is none."""
        subject = self.prepare()._subject  # noqa: SLF001
        found = (
            ()
            if subject is None
            else ((name, subject.network.get_submodule(name)) for _, name in subject.layers)
        )
        return tuple(
            BenchLayer(name, type(module).__name__, tuple(own for own, _ in module.named_parameters()))
            for name, module in found
        )

    def __call__(self, rows: Any = ROWS, targets: Any = "", train: bool = False) -> Pass:
        """A pass over these rows; raises `BenchError` where they do not fit."""
        key = (rows, targets, train)
        plain = isinstance(rows, str) and isinstance(targets, str)
        if plain and self._last is not None and self._last[0] == key:
            return self._last[1]
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            try:
                made = self._passed(rows, targets, train=bool(train))
            except NNBuilderError as error:
                raise error if isinstance(error, BenchError) else BenchError(str(error)) from error
        if plain:
            self._last = key, made
        return made

    def _passed(self, rows: Any, targets: Any, *, train: bool) -> Pass:
        subject = self.prepare()._subject  # noqa: SLF001
        if subject is None:
            raise BenchError("There is no network to look into.")
        given = self._given(subject, rows)
        target = targets if isinstance(targets, torch.Tensor) else target_of(subject, given, str(targets))
        network = copy.deepcopy(subject.network).train(train)
        torch.manual_seed(subject.project.training.seed)
        forward = trace.forward(network, subject.layers, given.x)
        if target is None:
            return _recorded(forward, None, {})
        loss = trace.measure(subject.loss, forward, target)
        strength = subject.project.training.l1
        whole = loss.mean + penalty(network.parameters(), strength) if strength else loss.mean
        return _recorded(forward, loss, _gradients(forward, trace.backward(forward, whole)))

    def _given(self, subject: Subject, rows: Any) -> Given:
        if isinstance(rows, torch.Tensor):
            return Given(rows.detach())
        if not isinstance(rows, str) or not rows.strip().startswith(("[", "(", "data", "batch")):
            raise GivenError('The rows are a tensor, or a text: "data:0:8" or "[[1, 2, 3]]".')
        return read_given(rows, subject.project, subject.kind, self._base)


def _gradients(forward: trace.Forward, found: tuple[trace.LayerGradients, ...]) -> dict[str, torch.Tensor]:
    gradients: dict[str, torch.Tensor] = {}
    if forward.x.grad is not None:
        gradients[INPUT] = forward.x.grad
    for layer, one in zip(forward.layers, found, strict=True):
        if one.arriving is not None:
            gradients[layer.name] = one.arriving
        gradients |= {f"{layer.name}.{name}": own for name, own in one.parameters.items()}
    return gradients


def _recorded(forward: trace.Forward, loss: trace.Loss | None, gradients: dict[str, torch.Tensor]) -> Pass:
    activations = {INPUT: forward.x} | {layer.name: layer.output for layer in forward.layers}
    return Pass(
        Tensors("inputs", {layer.name: layer.input.detach() for layer in forward.layers}),
        Tensors("activations", {name: one.detach() for name, one in activations.items()}),
        Tensors("gradients", {name: one.detach().clone() for name, one in gradients.items()}),
        forward.output.detach(),
        *(() if loss is None else (loss.mean.detach(), loss.rows.detach(), loss.target.detach())),
    )
