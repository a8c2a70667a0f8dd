"""The compiled step of one training: bound to its network and optimizer, and honest about what it brings."""

import copy
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from nnbuilder.engine.build import build_optimizer, trained_parameters
from nnbuilder.engine.compiled.formula import Tensors, fixed, kept, update_of
from nnbuilder.engine.compiled.graph import Graph, Places, compiled, graph_of, quietly
from nnbuilder.engine.compiled.obstacles import obstacle, obstacle_of
from nnbuilder.engine.setup import Setup, TrainingError
from nnbuilder.engine.team import Passed
from nnbuilder.project.project import TrainingConfig

WATCHED = 200
"""After so many steps it is said what compiling brought."""

TRIED = 30
"""How many ordinary steps it is compared with."""

CAUTION = (
    "Steps are compiled, so results are close to those of ordinary steps, but not equal to the last bit."
)

_OFF = "Switch compiled off in the training setup."

Ordinary = Callable[[nn.Module, Optimizer, torch.Tensor, torch.Tensor], object]
"""An ordinary step with this network and optimizer, down to the value of its loss."""


class CompiledStep:
    """A step as one graph; `attach` it to each network that the training begins anew with.

    The first `attach` compiles, which takes seconds and changes nothing of the training. `tell` gives
    sentences that the run is to say.
    """

    def __init__(self, config: TrainingConfig, setup: Setup, loss_of: nn.Module, ordinary: Ordinary) -> None:
        if why := obstacle(config):
            raise TrainingError(f"{why} {_OFF}")
        self._config = config
        self._setup = setup
        self._loss_of = loss_of
        self._ordinary = ordinary
        self._graph: Graph | None = None
        self._facts: dict[str, Any] = {}
        self._news: list[str] = []
        self._usual = 0.0
        self._times: list[float] = []
        self._slopes: Tensors = ()

    def attach(self, model: nn.Module, optimizer: Optimizer) -> None:
        """Takes this network and the values of its optimizer from now on."""
        if why := obstacle_of(model):
            raise TrainingError(f"{why} {_OFF}")
        if self._graph is None or fixed(optimizer) != self._facts:
            self._compile(model, optimizer)
        for weight in model.parameters():
            weight.grad = None
        optimizer.step()  # changes nothing, but schedulers insist on having seen one
        self._trained = trained_parameters(model)
        self._group = optimizer.param_groups[0]
        self._places = _places(model, optimizer)
        self._rate = float("nan")

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> Passed:
        """The whole step: output, loss and its value; all is as before where that is not finite."""
        begun = time.perf_counter()
        rate = self._group["lr"]
        if rate != self._rate:
            self._places.rate.fill_(rate)
            self._rate = rate
        loss, output, self._slopes = self._made()(self._places, x, y)
        value = loss.item()
        if len(self._times) < WATCHED:
            self._watch(time.perf_counter() - begun)
        return output, loss, value

    def learn(self, _loss: torch.Tensor) -> None:
        """What is left to do after a good step: the gradients are shown where they are looked for."""
        for weight, slope in zip(self._trained, self._slopes, strict=True):
            weight.grad = slope

    def tell(self) -> tuple[str, ...]:
        """Sentences that were not asked for before."""
        told, self._news = tuple(self._news), []
        return told

    def _made(self) -> Graph:
        if self._graph is None:
            raise TrainingError("The compiled step has no network yet.")
        return self._graph

    def _watch(self, seconds: float) -> None:
        self._times.append(seconds)
        if len(self._times) == WATCHED:
            self._news.append(comparison(median(self._times), self._usual))

    def _compile(self, model: nn.Module, optimizer: Optimizer) -> None:
        """Makes the graph on copies of everything, for a batch and for what is left at an epoch's end."""
        setup, config = self._setup, self._config
        devices = [setup.device] if setup.device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            twin, other = _copies(config, model, optimizer)
            self._usual = _timed(lambda x, y: self._ordinary(twin, other, x, y), self._batches()[0])
            begun = time.perf_counter()
            layers = copy.deepcopy(model).train()
            graph = compiled(graph_of(config, layers, self._loss_of, update_of(optimizer)))
            places = _places(*_copies(config, model, optimizer))
            for x, y in self._batches():
                try:
                    quietly(graph, places, x, y)
                except Exception as error:
                    raise _refusal(error) from error
        seconds = time.perf_counter() - begun
        self._news.append(f"Compiling the step took {seconds:.1f} s. {CAUTION}")
        self._graph, self._facts = graph, copy.deepcopy(fixed(optimizer))

    def _batches(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """A batch of each size that an epoch has."""
        part, size = self._setup.train, self._config.batch_size
        sizes = dict.fromkeys(one for one in (min(size, len(part.y)), len(part.y) % size) if one)
        rows = torch.arange(len(part.y), device=part.x.device)
        return [(part.x[rows[:one]], part.y[rows[:one]]) for one in sizes]


def comparison(ours: float, usual: float) -> str:
    """What compiling has brought, from the seconds of a compiled and of an ordinary step."""
    both = f"({ours * 1000:.2g} ms each, ordinary ones {usual * 1000:.2g} ms)"
    if ours <= usual:
        return f"Compiled steps are {usual / ours:.1f} times as fast as ordinary ones {both}."
    return (
        f"Compiled steps are {ours / usual:.1f} times as slow as ordinary ones here {both}: switch them off."
    )


def _places(model: nn.Module, optimizer: Optimizer) -> Places:
    trained = trained_parameters(model)
    weights = [one.detach() for one in trained]
    frozen = {name: one.detach() for name, one in model.named_parameters() if not one.requires_grad}
    rate = torch.tensor(float(optimizer.param_groups[0]["lr"]), device=weights[0].device)
    return Places(weights, frozen, kept(optimizer, trained), rate)


def _copies(config: TrainingConfig, model: nn.Module, optimizer: Optimizer) -> tuple[nn.Module, Optimizer]:
    """The same network and optimizer once more, to try something on."""
    twin = copy.deepcopy(model).train()
    other = build_optimizer(config, trained_parameters(twin))
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    return twin, other


def _timed(
    step: Callable[[torch.Tensor, torch.Tensor], object], batch: tuple[torch.Tensor, torch.Tensor]
) -> float:
    """Seconds of an ordinary step; the first one, which makes what later ones find, does not count."""
    times = []
    for _ in range(TRIED + 1):
        begun = time.perf_counter()
        step(*batch)
        times.append(time.perf_counter() - begun)
    return median(times[1:])


def _refusal(error: Exception) -> TrainingError:
    """PyTorch's first line on what it cannot compile."""
    lines = [line.strip() for line in str(error).splitlines()]
    why = next((line for line in lines if line), type(error).__name__).rstrip(".:")
    return TrainingError(f"PyTorch cannot compile the step of this network ({why}). {_OFF}")
