"""The state_dict as a file, read with torch's and safetensors' own readers into a hand-written network."""

from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.fit_weights import fit_weights
from nnbuilder.project.project import Project
from tests.engine.export.requests import IRIS, exported
from tests.engine.samples import chain


def by_hand() -> nn.Sequential:
    """The same network as a person writes it, initialized from the same seed."""
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))


@pytest.mark.parametrize("form", ["safetensors", "state-dict"])
def test_a_hand_written_network_loads_it(tmp_path: Path, form: str) -> None:
    path = tmp_path / ("net.safetensors" if form == "safetensors" else "net.pth")
    done = exported(IRIS, form, path)
    state = load_file(path) if form == "safetensors" else torch.load(path, weights_only=True)
    expected = by_hand().state_dict()
    assert state.keys() == expected.keys()
    assert all(torch.equal(state[name], expected[name]) for name in expected)
    by_hand().load_state_dict(state)
    assert "all 4 tensors" in done.verified[0]


def test_what_is_exported_can_be_imported_and_exported_again(tmp_path: Path) -> None:
    torch.manual_seed(99)
    other = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3)).state_dict()
    torch.save(other, tmp_path / "other.pth")
    fitted = fit_weights(IRIS, tmp_path / "other.pth", None, tmp_path, unpickle=True)
    project = msgspec.structs.replace(IRIS, weights=fitted.sha256)
    done = exported(project, "safetensors", tmp_path / "net.safetensors", runs=str(tmp_path))
    assert done.weights == "the project's own"
    back = load_file(tmp_path / "net.safetensors")
    assert all(torch.equal(back[name], other[name]) for name in other)


def test_a_network_without_weights_is_told(tmp_path: Path) -> None:
    project = msgspec.structs.replace(IRIS, graph=chain(("ReLU", {})))
    with pytest.raises(ExportError, match="no weights"):
        exported(project, "safetensors", tmp_path / "net.safetensors")
    assert not list(tmp_path.iterdir())


def test_a_drawing_that_is_no_chain_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not one chain"):
        exported(Project(), "state-dict", tmp_path / "net.pth")
