"""Files of weights from elsewhere: their tensors by name, read without running anything that is in them.

A safetensors file holds numbers and nothing else. What torch saves is a pickle: it is read only after an
explicit yes, with `weights_only=True`, which makes nothing but tensors and plain containers, and only in a
process that ends afterwards.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from nnbuilder.engine.state import MODEL
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.runs.weights import PICKLED

_DEEPEST = 8
"""How deep the weights may lie in such names: a pickle can hold itself."""

_FOREIGNER = re.compile(r"(?:GLOBAL|class|function) (\w[\w.]*)")
"""Where torch names what a pickle asks for beside tensors."""

_FACTS = "nnbuilder"
"""What the header of our own checkpoints holds."""

_HOLDERS = ("state_dict", "model_state_dict", "model", "weights", "net", "module")
"""Under which name a checkpoint keeps the weights among other things."""


class ForeignError(NNBuilderError):
    """A file holds no weights that can be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Foreign:
    """The tensors of a file; `ordered` where they stand in the order of definition; sentences on the rest."""

    tensors: Mapping[str, torch.Tensor]
    ordered: bool
    notes: tuple[str, ...] = ()


def read_foreign(path: Path, *, unpickle: bool) -> Foreign:
    """The weights in a file; raises `ForeignError`."""
    pickled = path.suffix.lower() in PICKLED
    try:
        if path.exists() and not path.is_file():
            raise ForeignError(f"{path.name} is no file of weights, but a folder or a device.")
        found = _unpickled(path, unpickle=unpickle) if pickled else _safetensors(path)
    except OSError as error:
        raise ForeignError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    for name, tensor in found.tensors.items():
        if (kind := _strange(tensor)) is not None:
            raise ForeignError(f"{name} in {path.name} holds {kind} numbers that no layer here takes.")
    return found


def _strange(tensor: torch.Tensor) -> str | None:
    """What kind of numbers no layer takes; None for plain ones."""
    if tensor.is_nested or tensor.is_sparse or tensor.layout != torch.strided:
        return "nested or sparse"
    if tensor.is_meta:
        return "meta"
    odd = tensor.is_complex() or tensor.is_quantized
    return str(tensor.dtype).removeprefix("torch.") if odd else None


def _safetensors(path: Path) -> Foreign:
    try:
        with safe_open(str(path), "pt") as file:
            names = list(file.offset_keys())
            if _FACTS in (file.metadata() or {}):
                return _of_checkpoint({name: file.get_tensor(name) for name in names if _is_weight(name)})
            return Foreign({name: file.get_tensor(name) for name in names}, ordered=False)
    except SafetensorError as error:
        raise ForeignError(f"{path.name} is no safetensors file, or a damaged one: {error}.") from error


def _is_weight(name: str) -> bool:
    return name.startswith(MODEL)


def _of_checkpoint(tensors: Mapping[str, torch.Tensor]) -> Foreign:
    """The weights of one of our own checkpoints, without the state of its optimizer."""
    own = {name.removeprefix(MODEL): tensor for name, tensor in tensors.items()}
    return Foreign(own, ordered=False, notes=("Only the weights of the checkpoint are taken.",))


def _unpickled(path: Path, *, unpickle: bool) -> Foreign:
    if not unpickle:
        raise ForeignError(f"{path.name} is a pickle of torch's: it is read only after a yes.")
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # there is no end to what rubbish makes of torch
        raise ForeignError(_refusal(path, error)) from error
    notes: list[str] = []
    while isinstance(found, Mapping) and not _is_state(found):
        holder = next((name for name in _HOLDERS if isinstance(found.get(name), Mapping)), None)
        if holder is None or len(notes) == _DEEPEST:
            break
        notes.append(f"The weights are what the file keeps under “{holder}”.")
        found = found[holder]
    if not isinstance(found, Mapping) or not _is_state(found):
        raise ForeignError(f"{path.name} holds no state_dict: no names with tensors behind them.")
    return Foreign(dict(found), ordered=True, notes=tuple(notes))


def _refusal(path: Path, error: Exception) -> str:
    """Why torch did not read a file."""
    if type(error).__name__ == "UnpicklingError" and (found := _FOREIGNER.search(str(error))):
        text = f"{path.name} holds more than tensors ({found[1]}), and nothing of it is run."
        return f"{text} Save the state_dict alone, best as a safetensors file."
    return f"{path.name} is no file of weights that torch saved, or a damaged one."


def _is_state(found: Mapping[object, object]) -> bool:
    """Whether this is names with tensors behind them, and nothing else."""
    pairs = found.items()
    return bool(found) and all(isinstance(n, str) and isinstance(t, torch.Tensor) for n, t in pairs)
