"""Answers what is asked of a network's parameters: tells of them, sends them, changes them by hand."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.engine.build import build_sequential
from nnbuilder.engine.microscope.subject import Subject, subject_of
from nnbuilder.engine.parameters.figures import (
    Learned,
    figures_of,
    histograms,
    is_buffer,
    learn,
    named,
    row_of,
)
from nnbuilder.engine.parameters.files import fitting, read_tensors
from nnbuilder.engine.parameters.schemes import (
    LINES,
    ChangeError,
    initialize,
    program,
    python_path,
    scheme_of,
    staying,
    worked,
)
from nnbuilder.engine.weights import encode_weights
from nnbuilder.protocol.messages import Event
from nnbuilder.protocol.parameters import (
    ChangeParameters,
    Initialize,
    ListParameters,
    LoadNumbers,
    ParameterRead,
    ParameterRequest,
    ParametersChanged,
    ParametersListed,
    ReadParameter,
    SetNumbers,
)
from nnbuilder.runs.weights import store_weights

NUMBERS = 2**20
"""Numbers of a parameter that are sent at most, in whole rows."""

WHOLE = 2**53
"""Beyond it a float is not every whole number."""

Array = NDArray[np.generic]
Answer = tuple[Event, tuple[Array, ...]]

Chosen = tuple[tuple[str, torch.Tensor], ...]
"""The parameters and buffers that a change is about, by full name, in their order in the network."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be said of a change: the fields of the same names of `ParametersChanged`."""

    code: str = ""
    worked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


class Desk:
    """Knows the network of the project that was asked about last."""

    def __init__(self) -> None:
        self._asked: tuple[object, ...] | None = None
        self._subject: Subject | None = None
        self._learned: Learned | None = None

    def answer(self, request: ParameterRequest) -> Answer:
        """The answer with its arrays; raises what keeps it from being given."""
        if isinstance(request, ListParameters):
            return self.listed(request), ()
        subject = self._of(request)
        if isinstance(request, ReadParameter):
            return self._read(subject, request)
        return self._change(subject, request)

    def listed(self, request: ListParameters) -> ParametersListed:
        """All parameters with what is known of them."""
        subject = self._of(request)
        learned = self._learn(subject, request)
        rows = tuple(row_of(*one, learned) for one in named(subject))
        notes = tuple(note for note in (*subject.notes, learned.why) if note)
        return ParametersListed(request.request_id, rows, learned.rows, learned.loss, notes)

    def _read(self, subject: Subject, request: ReadParameter) -> Answer:
        one = next((one for one in named(subject) if one[0] == request.key), None)
        if one is None:
            raise ChangeError(f"The network has no parameter {request.key.name} there any more.")
        row = row_of(*one, self._learn(subject, request))
        return ParameterRead(request.request_id, row), (_array(one[3]),)

    def _change(self, subject: Subject, request: ChangeParameters) -> Answer:
        known = {key: (full, parameter) for key, full, _, parameter in named(subject)}
        wanted = set(request.keys)
        chosen: Chosen = tuple(one for key, one in known.items() if key in wanted)
        if not chosen:
            raise ChangeError("The network has no such parameter any more.")
        before = {full: one.detach().clone() for full, one in chosen}
        loss = self._loss(subject, chosen, request)
        try:
            told = self._changed(subject, chosen, request)
            answer = self._compared(chosen, before, request, told)
            if not request.keep or request.runs is None:
                return answer
            modules = ((node, subject.network.get_submodule(path)) for node, path in subject.layers)
            sha256 = store_weights(Path(request.runs), encode_weights(modules))
            after = self._loss(subject, chosen, request)
            kept = msgspec.structs.replace(answer[0], sha256=sha256, loss=loss, loss_after=after)
            return kept, answer[1]
        finally:
            with torch.no_grad():
                for full, one in chosen:
                    one.copy_(before[full])

    @staticmethod
    def _loss(subject: Subject, chosen: Chosen, request: ChangeParameters) -> float | None:
        """The loss of the first rows; that of train mode does not come from buffers, so they have none."""
        if not request.keep or all(is_buffer(one) for _, one in chosen):
            return None
        return learn(subject, _path(request.base), only_loss=True).loss

    def _changed(self, subject: Subject, chosen: Chosen, request: ChangeParameters) -> Told:
        """Changes the parameters; answers with what is to be told of it."""
        change = request.change
        if isinstance(change, SetNumbers):
            return _set(chosen, change)
        if isinstance(change, LoadNumbers):
            return _load(chosen, change)
        if change.scheme:
            return _drawn(chosen, change)
        return _as_made(subject, chosen, request, change)

    @staticmethod
    def _compared(
        chosen: Chosen, before: dict[str, torch.Tensor], request: ChangeParameters, told: Told
    ) -> tuple[ParametersChanged, tuple[Array, ...]]:
        old = torch.cat([one.flatten() for one in before.values()])
        new = torch.cat([one.detach().flatten() for _, one in chosen])
        first, second, low, high = histograms(old, new)
        answer = ParametersChanged(
            request.request_id,
            request.keys,
            figures_of(old),
            figures_of(new),
            low,
            high,
            told.code,
            told.worked,
            told.names,
            told.notes,
        )
        return answer, (first, second)

    def _learn(self, subject: Subject, request: ParameterRequest) -> Learned:
        if self._learned is None:
            self._learned = learn(subject, _path(request.base))
        return self._learned

    def _of(self, request: ParameterRequest) -> Subject:
        asked = (request.project, request.base, request.runs)
        if self._subject is None or asked != self._asked:
            self._subject = self._learned = None
            self._subject = subject_of(request.project, _path(request.base), _path(request.runs))
            self._asked = asked
        return self._subject


def _set(chosen: Chosen, change: SetNumbers) -> Told:
    with torch.no_grad():
        for full, one in chosen:
            value = _number(change.value, one.dtype, full)
            if change.place is None:
                one.fill_(value)
            elif not 0 <= change.place < one.numel():
                raise ChangeError(f"{full} has {one.numel():,} numbers; there is no number {change.place:,}.")
            else:
                one.view(-1)[change.place] = value
    return Told(_line_of(chosen, change))


def _number(value: float, dtype: torch.dtype, full: str) -> torch.Tensor:
    """A number as a tensor of this dtype holds it."""
    kind = str(dtype).removeprefix("torch.")
    if not dtype.is_floating_point and not (value.is_integer() and abs(value) < WHOLE):
        raise ChangeError(f"{full} takes whole numbers ({kind}), not {value:g}.")
    found = torch.tensor(value, dtype=dtype)
    if not bool(torch.isfinite(found)):
        raise ChangeError(f"{value:g} is no finite number in {kind}.")
    return found


def _line_of(chosen: Chosen, change: SetNumbers) -> str:
    """What a program would write to set numbers."""
    full, one = chosen[0]
    if change.place is None or not one.dim():
        lines = [f"nn.init.constant_({python_path(name)}, {change.value!r})" for name, _ in chosen[:LINES]]
        more = len(chosen) - LINES
        return "\n".join(lines) + (f"\n… and {more} more" if more > 0 else "")
    place = torch.unravel_index(torch.tensor(change.place), one.shape)
    where = ", ".join(str(int(at)) for at in place)
    return f"with torch.no_grad():\n    {python_path(full)}[{where}] = {change.value!r}"


def _load(chosen: Chosen, change: LoadNumbers) -> Told:
    full, one = chosen[0]
    if len(chosen) > 1:
        raise ChangeError(
            "A file is taken for one parameter at a time; Import weights takes a whole network's."
        )
    tensors = read_tensors(Path(change.path), unpickle=change.unpickle)
    found, notes = fitting(tensors, change, full, one)
    with torch.no_grad():
        one.copy_(found)
    names = tuple((name, str(tuple(tensor.shape))) for name, tensor in tensors.items())
    return Told(notes=notes, names=names)


def _drawn(chosen: Chosen, change: Initialize) -> Told:
    """Draws the parameters by a scheme; buffers stay."""
    spec, args = scheme_of(change.scheme, change.args)
    parameters = tuple((full, one) for full, one in chosen if not is_buffer(one))
    buffers = [full for full, one in chosen if is_buffer(one)]
    if not parameters:
        raise ChangeError(f"{buffers[0]} is a buffer: only the layer's own default is drawn for it.")
    notes = initialize(parameters, spec, args, change.seed)
    if buffers:
        notes += (f"{staying(buffers)} as before: schemes are for parameters, not for buffers.",)
    first, one = next((full, one) for full, one in parameters if spec.takes(one.dim()))
    lines = worked(one, spec, args)
    if lines and len(parameters) > 1:
        lines = (f"for {first}:", *lines)
    return Told(program(parameters, spec, args, change.seed), lines, notes)


def _as_made(subject: Subject, chosen: Chosen, request: ChangeParameters, change: Initialize) -> Told:
    """Takes the numbers that the layers have when the network is built from a seed."""
    torch.manual_seed(change.seed)
    begun = build_sequential(request.project.graph, subject.kind).state_dict()
    with torch.no_grad():
        for full, one in chosen:
            one.copy_(begun[full])
    return Told(f"torch.manual_seed({change.seed})\nmodel = nn.Sequential(…)  # as its layers begin")


def _array(parameter: torch.Tensor) -> Array:
    """The numbers that are sent: whole rows, as many as fit."""
    tensor = parameter.detach()
    if tensor.dim() and tensor.numel() > NUMBERS:
        tensor = tensor[: max(1, NUMBERS // max(tensor[0].numel(), 1))]
    if tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()
    found: Array = tensor.contiguous().numpy().copy()
    return found


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
