"""The optimizers' formulas as torch's own functions of tensors, on the tensors that the optimizer keeps."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.optim.adam import adam
from torch.optim.sgd import sgd

Tensors = Sequence[torch.Tensor]

Update = Callable[[Tensors, Tensors, Sequence[Tensors], torch.Tensor], None]
"""Changes weights and the optimizer's values in place; takes weights, gradients, values and learning rate."""


def kept(optimizer: torch.optim.Optimizer, weights: Sequence[torch.nn.Parameter]) -> tuple[Tensors, ...]:
    """The optimizer's own tensors for these weights, one sequence for each kind; made where it has none yet.

    They have the names and the start that the optimizer itself would give them.
    """
    names = _names(optimizer)
    for weight in weights:
        values = optimizer.state[weight]
        for name in names:
            if not isinstance(values.get(name), torch.Tensor):
                values[name] = _start(name, weight)
    return tuple([optimizer.state[weight][name] for weight in weights] for name in names)


def fixed(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """What of the optimizer's arguments goes into the graph: all but weights and learning rate."""
    group = optimizer.param_groups[0]
    return {
        name: value
        for name, value in group.items()
        if name not in {"params", "lr", "initial_lr", "max_lr", "min_lr"}
    }


def update_of(optimizer: torch.optim.Optimizer) -> Update:
    """How this optimizer changes the weights, for Adam, AdamW and SGD."""
    facts = fixed(optimizer)
    return _sgd(facts) if isinstance(optimizer, torch.optim.SGD) else _adam(facts)


def _names(optimizer: torch.optim.Optimizer) -> tuple[str, ...]:
    facts = optimizer.param_groups[0]
    if isinstance(optimizer, torch.optim.SGD):
        return ("momentum_buffer",) if facts["momentum"] else ()
    return ("step", "exp_avg", "exp_avg_sq", *(("max_exp_avg_sq",) if facts["amsgrad"] else ()))


def _start(name: str, weight: torch.Tensor) -> torch.Tensor:
    if name == "step":
        return torch.zeros((), dtype=torch.float32, device=weight.device)
    return torch.zeros_like(weight, memory_format=torch.preserve_format)


def _adam(facts: dict[str, Any]) -> Update:
    beta1, beta2 = facts["betas"]

    def update(weights: Tensors, slopes: Tensors, values: Sequence[Tensors], rate: torch.Tensor) -> None:
        steps, means, squares = values[:3]
        adam(
            list(weights),
            list(slopes),
            list(means),
            list(squares),
            list(values[3]) if facts["amsgrad"] else [],
            list(steps),
            foreach=False,
            capturable=True,
            amsgrad=facts["amsgrad"],
            beta1=beta1,
            beta2=beta2,
            lr=rate,
            weight_decay=facts["weight_decay"],
            eps=facts["eps"],
            maximize=facts["maximize"],
            decoupled_weight_decay=facts["decoupled_weight_decay"],
        )

    return update


def _sgd(facts: dict[str, Any]) -> Update:
    def update(weights: Tensors, slopes: Tensors, values: Sequence[Tensors], rate: torch.Tensor) -> None:
        lr: Any = rate  # torch takes more than it declares
        buffers: list[torch.Tensor | None] = list(values[0]) if values else [None] * len(weights)
        sgd(
            list(weights),
            list(slopes),
            buffers,
            foreach=False,
            weight_decay=facts["weight_decay"],
            momentum=facts["momentum"],
            lr=lr,
            dampening=facts["dampening"],
            nesterov=facts["nesterov"],
            maximize=facts["maximize"],
        )

    return update
