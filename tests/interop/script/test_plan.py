"""What a script is made of where no data fit the network, and why there is none where none can be."""

from pathlib import Path

import msgspec
import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, CsvData, DataProfile, DataSpec, ToyData
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.interop.python_writer import WriteError
from nnbuilder.interop.script.notebook import notebook
from nnbuilder.interop.script.program import training_script
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.design import Layer, layer
from tests.interop.clean import run_clean, tidy
from tests.interop.script.projects import analyzed, dense, network, printed_course

IRIS = DataSpec(BuiltinData("iris"))


def profile_of(project: Project) -> DataProfile:
    """The profile of built-in data."""
    return load(project.data, project.training.seed, None).profile


def typed(layers: tuple[Layer, ...], loss: str, shape: tuple[int, ...], dtype: str = "float32") -> Project:
    """A network whose Input has a shape of its own, as imported ones have."""
    project = network(IRIS, layers, loss)
    start = order_of(project.graph).chain[0]
    node = msgspec.structs.replace(project.graph.nodes[start], args={"shape": shape, "dtype": dtype})
    return with_graph(project, Graph({**project.graph.nodes, start: node}, project.graph.edges))


def with_graph(project: Project, graph: Graph) -> Project:
    """The project with another drawing."""
    return msgspec.structs.replace(project, graph=graph)


RANDOM = {
    "images": typed(
        (layer("Conv2d", out_channels=4, kernel_size=3), layer("Flatten"), layer("Linear", out_features=10)),
        "CrossEntropyLoss",
        (3, 8, 8),
    ),
    "pixels": typed((layer("Conv2d", out_channels=5, kernel_size=1),), "CrossEntropyLoss", (3, 4, 4)),
    "words": typed(
        (
            layer("Embedding", num_embeddings=7, embedding_dim=3),
            layer("LSTM", hidden_size=4, output="last"),
            layer("Linear", out_features=1),
        ),
        "BCEWithLogitsLoss",
        (9,),
        "int64",
    ),
    "values": typed((layer("Linear", out_features=6),), "MSELoss", (5,)),
}


def test_random_samples_stand_in_for_data_that_do_not_fit(tmp_path: Path) -> None:
    words = {}
    for name, project in RANDOM.items():
        for profile in (None, profile_of(project)):
            file = tmp_path / f"{name}-{profile is None}.py"
            file.write_text(training_script(project, analyzed(project, profile), profile), encoding="utf-8")
            words[file.stem] = [str(file), "--epochs", "2", "--weights", str(tmp_path / "w.pth")]
    tidy(*tmp_path.glob("*.py"))
    printed = run_clean(tmp_path, words)
    assert len(printed) == 2 * len(RANDOM)
    for name, text in printed.items():
        why = "No data are there" if name.endswith("True") else "The chosen data do not fit the Input"
        assert text.startswith(why)
        assert ": this trains on random numbers.\n" in text
        assert [len(row) for row in printed_course(text)] == [4, 4]


def test_a_place_for_data_is_marked() -> None:
    source = training_script(RANDOM["values"], analyzed(RANDOM["values"], None), None)
    assert "# No data are there, so these are random numbers, from which nothing can be" in source
    assert "x = torch.randn(ROWS, 5, generator=generator)\n" in source
    told = notebook(RANDOM["values"], analyzed(RANDOM["values"], None), None)
    assert "by a function that loads your own data**" in told


def refused(project: Project, profile: DataProfile | None = None, folder: Path | None = None) -> WriteError:
    """Why a project cannot be written; a script and a notebook say the same."""
    reasons = []
    for write in (training_script, notebook):
        with pytest.raises(WriteError) as caught:
            write(project, analyzed(project, profile), profile, folder)
        reasons.append(caught.value)
    assert str(reasons[0]) == str(reasons[1])
    return reasons[0]


def test_a_drawing_that_is_no_chain_is_refused() -> None:
    whole = network(IRIS, dense(4, 3), "CrossEntropyLoss")
    cut = with_graph(whole, Graph(whole.graph.nodes, whole.graph.edges[:-1]))
    assert "not one chain from Input to Loss" in str(refused(cut, profile_of(cut)))


def test_an_input_that_nobody_knows_is_refused() -> None:
    project = network(IRIS, dense(4, 3), "CrossEntropyLoss")
    error = refused(project, None)
    assert "choose data, or type a shape on the Input" in str(error)
    assert project.graph.nodes[error.node or NodeId("")].type == INPUT


def test_a_layer_that_does_not_fit_is_named() -> None:
    layers = (layer("Linear", in_features=5, out_features=3),)
    project = network(IRIS, layers, "CrossEntropyLoss")
    error = refused(project, profile_of(project))
    assert str(error) == "Linear does not fit what it gets, so the network cannot run yet."
    assert project.graph.nodes[error.node or NodeId("")].type == "Linear"


def test_a_network_without_parameters_is_refused() -> None:
    project = network(IRIS, (layer("ReLU"),), "CrossEntropyLoss")
    assert "nothing to train" in str(refused(project, profile_of(project)))


def test_a_loss_that_does_not_fit_the_data_is_refused() -> None:
    project = network(DataSpec(ToyData("sine")), dense(4, 1), "CrossEntropyLoss")
    error = refused(project, profile_of(project))
    assert "CrossEntropyLoss does not fit the target" in str(error)
    assert project.graph.nodes[error.node or NodeId("")].type == LOSS


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        (TrainingConfig("Newton"), "Newton is not an optimizer"),
        (TrainingConfig("SGD", {"lr": -1.0}), "SGD: lr takes"),
    ],
)
def test_a_training_that_cannot_be_is_refused(training: TrainingConfig, reason: str) -> None:
    project = network(IRIS, dense(4, 3), "CrossEntropyLoss", training)
    assert reason in str(refused(project, profile_of(project)))


def test_a_table_that_went_away_is_named(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 2}\n" for i in range(20))
    (tmp_path / "t.csv").write_text("a,goal\n" + rows, encoding="utf-8")
    project = network(DataSpec(CsvData("t.csv", "goal")), dense(3, 2), "CrossEntropyLoss")
    profile = load(project.data, 0, tmp_path).profile
    assert 'TABLE = "t.csv"\n' in training_script(project, analyzed(project, profile), profile, tmp_path)
    named = training_script(project, analyzed(project, profile), profile, tmp_path, "../in/t.csv")
    assert 'TABLE = "../in/t.csv"\n' in named
    (tmp_path / "t.csv").unlink()
    assert "The table cannot be read" in str(refused(project, profile, tmp_path))


def test_stored_weights_are_asked_for() -> None:
    project = network(IRIS, dense(4, 3), "CrossEntropyLoss")
    stored = msgspec.structs.replace(project, weights="0" * 64)
    profile = profile_of(project)
    sentence = "starts from weights of its own"
    for write in (training_script, notebook):
        assert sentence not in write(project, analyzed(project, profile), profile)
        assert sentence in write(stored, analyzed(stored, profile), profile)
