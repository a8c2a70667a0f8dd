"""Files of weights from elsewhere, held against a network; the files are torch's and safetensors' own."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.fit_weights import fit_weights, network_of
from nnbuilder.engine.foreign import ForeignError, read_foreign
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.weights import put_weights, read_weights
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.runs.store import CHECKPOINTS
from tests.engine.samples import chain

PROJECT = Project(
    graph=chain(("Linear", {"out_features": 5}), ("ReLU", {}), ("Linear", {"out_features": 3})),
    data=DataSpec(BuiltinData("iris")),
)


def network() -> nn.Sequential:
    """A network whose weights no seed of the project gives."""
    torch.manual_seed(99)
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))


def renamed(state: Mapping[str, Tensor], names: Mapping[str, str]) -> dict[str, Tensor]:
    """The same tensors under other names."""
    return {names.get(name, name): tensor for name, tensor in state.items()}


def check_taken(sha256: str, runs: Path, state: Mapping[str, Tensor]) -> None:
    """The stored weights, put into the project's own network, are those of the file."""
    own, layers = network_of(PROJECT, None)
    modules = [(node, own.get_submodule(name)) for node, name in layers]
    assert put_weights(modules, read_weights(runs, sha256)) == ()
    for name, tensor in own.state_dict().items():
        assert torch.equal(tensor, state[name])


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_file_that_fits_is_taken_whole(tmp_path: Path, suffix: str) -> None:
    path, state = tmp_path / f"w{suffix}", network().state_dict()
    save_file(state, path) if suffix == ".safetensors" else torch.save(state, path)
    fitted = fit_weights(PROJECT, path, None, tmp_path, unpickle=suffix == ".pth")
    assert fitted.complete
    assert {row.name for row in fitted.rows} == state.keys()
    check_taken(fitted.sha256, tmp_path, state)


@pytest.mark.parametrize("prefix", ["module.", "net.", "model.body."])
def test_what_stands_before_all_names_is_left_out_and_said(tmp_path: Path, prefix: str) -> None:
    state = network().state_dict()
    save_file({prefix + name: tensor for name, tensor in state.items()}, tmp_path / "w.safetensors")
    fitted = fit_weights(PROJECT, tmp_path / "w.safetensors", None, tmp_path)
    assert prefix in fitted.notes[0]
    check_taken(fitted.sha256, tmp_path, state)


def test_other_names_in_the_same_order_fit_by_their_shapes(tmp_path: Path) -> None:
    state = network().state_dict()
    names = {"0.weight": "fc1.weight", "0.bias": "fc1.bias", "2.weight": "out.weight", "2.bias": "out.bias"}
    torch.save(renamed(state, names), tmp_path / "w.pth")
    fitted = fit_weights(PROJECT, tmp_path / "w.pth", None, tmp_path, unpickle=True)
    assert fitted.rows[0].own == "0.weight"
    assert "order" in fitted.notes[0]
    check_taken(fitted.sha256, tmp_path, state)


def test_a_checkpoint_keeps_them_under_a_name(tmp_path: Path) -> None:
    state = network().state_dict()
    torch.save({"epoch": 3, "state_dict": state, "optimizer": {"lr": 0.1}}, tmp_path / "c.ckpt")
    fitted = fit_weights(PROJECT, tmp_path / "c.ckpt", None, tmp_path, unpickle=True)
    assert "state_dict" in fitted.notes[0]
    check_taken(fitted.sha256, tmp_path, state)


def test_all_or_nothing(tmp_path: Path) -> None:
    state = renamed(network().state_dict(), {"2.bias": "3.bias"})
    state["0.bias"] = torch.zeros(6)
    save_file(state, tmp_path / "w.safetensors")
    fitted = fit_weights(PROJECT, tmp_path / "w.safetensors", None, tmp_path)
    rows = {row.name: (row.file, row.network) for row in fitted.rows}
    assert rows == {
        "0.weight": ((5, 4), (5, 4)),
        "0.bias": ((6,), (5,)),
        "2.weight": ((3, 5), (3, 5)),
        "3.bias": ((3,), None),
        "2.bias": (None, (3,)),
    }
    assert not fitted.complete
    assert not fitted.sha256
    assert not list(tmp_path.glob("weights/*"))


def test_numbers_of_another_kind_are_said(tmp_path: Path) -> None:
    state = {name: tensor.half() for name, tensor in network().state_dict().items()}
    save_file(state, tmp_path / "w.safetensors")
    fitted = fit_weights(PROJECT, tmp_path / "w.safetensors", None, tmp_path)
    assert fitted.notes == ("Numbers of float16 become float32.",)
    check_taken(fitted.sha256, tmp_path, {name: tensor.float() for name, tensor in state.items()})


def test_a_project_without_a_network_still_lists_the_tensors(tmp_path: Path) -> None:
    save_file(network().state_dict(), tmp_path / "w.safetensors")
    fitted = fit_weights(Project(), tmp_path / "w.safetensors", None, tmp_path)
    assert {row.name for row in fitted.rows} == network().state_dict().keys()
    assert "chain" in fitted.fault
    assert not fitted.complete


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self._path}",)


def test_a_pickle_is_read_after_a_yes_only_and_runs_nothing(tmp_path: Path) -> None:
    path, trace = tmp_path / "evil.pth", tmp_path / "owned"
    torch.save({"0.weight": Evil(trace)}, path)
    with pytest.raises(ForeignError, match="only after a yes"):
        read_foreign(path, unpickle=False)
    with pytest.raises(ForeignError, match="nothing of it is run"):
        read_foreign(path, unpickle=True)
    assert not trace.exists()


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth", "missing.pth", "missing.safetensors"])
@pytest.mark.parametrize("data", [b"", b"rubbish" * 99, b"\x08\0\0\0\0\0\0\0{]      "])
def test_rubbish_gets_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(data)
    with pytest.raises(ForeignError, match=name):
        read_foreign(tmp_path / name, unpickle=True)


def test_numbers_that_no_layer_takes_are_refused(tmp_path: Path) -> None:
    torch.save({"0.weight": torch.zeros(2, 2, dtype=torch.complex64)}, tmp_path / "w.pth")
    with pytest.raises(ForeignError, match="complex64"):
        read_foreign(tmp_path / "w.pth", unpickle=True)


@pytest.mark.parametrize("odd", [torch.zeros(5, 4, device="meta"), torch.eye(5).to_sparse()])
def test_tensors_without_plain_numbers_are_refused(tmp_path: Path, odd: Tensor) -> None:
    torch.save({"0.weight": odd}, tmp_path / "w.pth")
    with pytest.raises(ForeignError, match=r"0\.weight in w\.pth"):
        read_foreign(tmp_path / "w.pth", unpickle=True)


def test_a_checkpoint_that_holds_itself_is_refused(tmp_path: Path) -> None:
    found: dict[str, Any] = {"epoch": 3}
    found["model"] = found
    torch.save(found, tmp_path / "w.pth")
    with pytest.raises(ForeignError, match="no state_dict"):
        read_foreign(tmp_path / "w.pth", unpickle=True)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").mkdir()
    with pytest.raises(ForeignError, match=r"w\.safetensors is no file"):
        read_foreign(tmp_path / "w.safetensors", unpickle=False)


def test_capitals_in_the_name_of_a_pickle_do_not_count(tmp_path: Path) -> None:
    torch.save(network().state_dict(), tmp_path / "w.PTH")
    with pytest.raises(ForeignError, match="only after a yes"):
        read_foreign(tmp_path / "w.PTH", unpickle=False)
    assert len(read_foreign(tmp_path / "w.PTH", unpickle=True).tensors) == 4


def test_numbers_that_are_none_are_said(tmp_path: Path) -> None:
    state = network().state_dict()
    state["0.bias"][2] = float("nan")
    save_file(state, tmp_path / "w.safetensors")
    fitted = fit_weights(PROJECT, tmp_path / "w.safetensors", None, None)
    assert fitted.complete
    assert "0.bias" in fitted.notes[-1]
    assert "NaN" in fitted.notes[-1]


def test_a_model_saved_whole_is_refused(tmp_path: Path) -> None:
    torch.save(network(), tmp_path / "model.pt")
    with pytest.raises(ForeignError, match=r"Sequential.*Save the state_dict"):
        read_foreign(tmp_path / "model.pt", unpickle=True)


def test_the_weights_of_a_checkpoint_are_taken_without_its_optimizer(tmp_path: Path) -> None:
    project = msgspec.structs.replace(
        PROJECT, training=TrainingConfig(optimizer="Adam", optimizer_args={"lr": 0.05}, epochs=2)
    )
    folder = tmp_path / "runs" / "one"
    train_run(project, load(project.data, 0, None), folder, lambda *_: None, Unattended())
    [path] = (folder / CHECKPOINTS).glob("step-000000016*")
    with safe_open(str(path), "pt") as file:
        names = [name for name in file.offset_keys() if name.startswith("model.")]
        state = {name.removeprefix("model."): file.get_tensor(name) for name in names}

    fitted = fit_weights(project, path, None, tmp_path / "runs")

    assert {row.name for row in fitted.rows} == set(network().state_dict())
    assert fitted.notes == ("Only the weights of the checkpoint are taken.",)
    check_taken(fitted.sha256, tmp_path / "runs", state)
