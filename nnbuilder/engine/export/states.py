"""The state_dict as a file, with the names that a hand-written network of these layers has."""

import io
from collections.abc import Mapping

import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.export.subject import Subject

State = Mapping[str, torch.Tensor]


def make_safetensors(subject: Subject, say: Say) -> Made:
    """The bytes of a safetensors file that was read back; raises `ExportError`."""
    state = _state(subject)
    say("The weights are written…")
    plain = {name: tensor.contiguous().clone() for name, tensor in state.items()}
    data = save_tensors(plain, metadata={"format": "pt"})
    return Made(data, (_checked(subject, load_tensors(data)),))


def make_pth(subject: Subject, say: Say) -> Made:
    """The bytes of a file of torch's own that was read back; raises `ExportError`."""
    state = _state(subject)
    say("The weights are written…")
    file = io.BytesIO()
    torch.save(dict(state), file)
    data = file.getvalue()
    return Made(data, (_checked(subject, torch.load(io.BytesIO(data), weights_only=True)),))


def _state(subject: Subject) -> State:
    state: State = {name: tensor.detach() for name, tensor in subject.network.state_dict().items()}
    if not state:
        raise ExportError("This network has no weights: no layer of it learns or counts.")
    return state


def _checked(subject: Subject, back: State) -> str:
    """The sentence on what was read back; raises where it is not what was written."""
    state = subject.network.state_dict()
    if state.keys() != back.keys() or not all(_same(state[name], back[name]) for name in state):
        raise ExportError("What was read back is not what was written, so there is no file.")
    subject.network.load_state_dict(dict(back))
    return f"Read back: all {len(state):,} tensors have their names, shapes and numbers, bit for bit."


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors are equal to the bit; NaN is NaN."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    first, second = (tensor.contiguous().reshape(-1).view(torch.uint8) for tensor in (one, other))
    return bool(torch.equal(first, second))
