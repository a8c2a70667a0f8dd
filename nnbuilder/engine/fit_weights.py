"""A file of weights held against a network: all of it fits, or nothing of it is taken.

Names are compared as they stand, then with what usually stands before them taken off or put on; where none
is alike, a file in the order of definition fits by its shapes alone, and that is said.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import BuildError, build_sequential
from nnbuilder.engine.foreign import Foreign, read_foreign
from nnbuilder.engine.walk import input_of
from nnbuilder.engine.weights import encode_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import flat_layers, orders_of, sound
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import WeightsFitted
from nnbuilder.protocol.tensor_fit import TensorFit
from nnbuilder.runs.weights import store_weights

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]


def fit_weights(
    project: Project, path: Path, base: Path | None, runs: Path | None, *, unpickle: bool = False
) -> WeightsFitted:
    """How the tensors of a file fit the project's network; stored in `runs` where all of them do.

    Raises `ForeignError` where the file cannot be read and `RunFolderError` where they cannot be stored.
    """
    foreign = read_foreign(path, unpickle=unpickle)
    shapes = {name: tuple(tensor.shape) for name, tensor in foreign.tensors.items()}
    try:
        network, layers = network_of(project, base)
    except BuildError as error:
        rows = tuple(TensorFit(name, shape, None) for name, shape in shapes.items())
        return WeightsFitted(rows, foreign.notes, str(error), foreign.ordered)
    own = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    rows, notes = compare(shapes, own, ordered=foreign.ordered)
    fitted = WeightsFitted(rows, (*foreign.notes, *notes, *_changed(foreign, network)), "", foreign.ordered)
    if runs is None or not fitted.complete:
        return fitted
    network.load_state_dict({row.own or row.name: foreign.tensors[row.name] for row in rows})
    sha256 = store_weights(runs, encode_weights((node, network.get_submodule(name)) for node, name in layers))
    return WeightsFitted(rows, fitted.notes, "", foreign.ordered, sha256)


def network_of(project: Project, base: Path | None) -> tuple[nn.Sequential, tuple[tuple[NodeId, str], ...]]:
    """The project's network as the seed initializes it, and the names of the layers that compute.

    Data are loaded only where the Input follows them. Raises `BuildError`.
    """
    orders = orders_of(project.graph)
    if not orders[None].layers or not sound(project.graph, orders):
        raise BuildError("The drawing is not one chain of layers from Input to Loss.")
    kind = input_of(project.graph, orders[None], None) or input_of(
        project.graph, orders[None], _profile(project, base)
    )
    if kind is None:
        raise BuildError("The size of the Input is not known: choose data, or set its shape.")
    torch.manual_seed(project.training.seed)
    layers = tuple((node.id, name) for node, name in flat_layers(project.graph, orders))
    return build_sequential(project.graph, kind), layers


def _profile(project: Project, base: Path | None) -> DataProfile:
    try:
        return load(project.data, project.training.seed, base).profile
    except DataError as error:
        raise BuildError(f"The size of the Input is not known, because its data are not: {error}") from error


def compare(file: Shapes, own: Shapes, *, ordered: bool) -> tuple[tuple[TensorFit, ...], tuple[str, ...]]:
    """The tensors of both sides in rows, and what had to be done to their names."""
    names, notes = _named(file, own)
    if not any(name in own for name in names.values()) and ordered:
        pairs = list(zip(file.items(), own.items(), strict=False))
        if len(file) == len(own) and all(one[1] == other[1] for one, other in pairs):
            names = {one[0]: other[0] for one, other in pairs}
            notes = ("No name is the network's: the tensors fit by their order and their shapes.",)
    rows = [
        TensorFit(name, shape, own.get(names[name]), "" if names[name] == name else names[name])
        for name, shape in file.items()
    ]
    taken = set(names.values())
    rows += [TensorFit(name, None, shape) for name, shape in own.items() if name not in taken]
    return tuple(rows), notes


def _named(file: Shapes, own: Shapes) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each name of the file with the one that it has in the network, by what fits most."""
    best = {name: name for name in file}
    notes: tuple[str, ...] = ()
    most = _fitting(best, file, own)
    for prefix in _prefixes(file):
        if all(name.startswith(prefix) for name in file):
            names = {name: name.removeprefix(prefix) for name in file}
            if (count := _fitting(names, file, own)) > most:
                most, best, notes = count, names, (f"“{prefix}” before every name of the file is left out.",)
    for prefix in _prefixes(own):
        names = {name: prefix + name for name in file}
        if (count := _fitting(names, file, own)) > most:
            most, best, notes = count, names, (f"“{prefix}” is put before every name of the file.",)
    return best, notes


def _prefixes(names: Sequence[str] | Shapes) -> list[str]:
    """What stands before the first names, one dot after the other."""
    first = next(iter(names), "").split(".")[:-1]
    return [".".join(first[: end + 1]) + "." for end in range(len(first))]


def _fitting(names: Mapping[str, str], file: Shapes, own: Shapes) -> int:
    return sum(own.get(names[name]) == shape for name, shape in file.items())


def _changed(foreign: Foreign, network: nn.Module) -> tuple[str, ...]:
    """What numbers of another kind become in the network."""
    kinds = {str(tensor.dtype).removeprefix("torch.") for tensor in foreign.tensors.values()}
    own = {str(tensor.dtype).removeprefix("torch.") for tensor in network.state_dict().values()}
    strange = sorted(kinds - own - {"int64"})
    into = " and ".join(sorted(own - {"int64"})) or "float32"
    notes = (f"Numbers of {' and '.join(strange)} become {into}.",) if strange else ()
    endless = [name for name, tensor in foreign.tensors.items() if not torch.isfinite(tensor.float()).all()]
    if not endless:
        return notes
    others = f" and {len(endless) - 1} more" if len(endless) > 1 else ""
    return (*notes, f"{endless[0]}{others} of the file: not all of the numbers are finite (NaN or infinite).")
