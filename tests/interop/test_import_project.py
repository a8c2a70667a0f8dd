"""A project around the network of a reading."""

from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.graph.graph import INPUT, LOSS
from nnbuilder.graph.order import order_of, orders_of, sound
from nnbuilder.interop.import_project import Given, import_project
from nnbuilder.interop.read_text import read_text
from nnbuilder.project.project import Project, TrainingConfig

BASE = Project(data=DataSpec(BuiltinData("wine")), training=TrainingConfig(epochs=3, seed=5))


def test_it_is_one_chain_with_both_ends_and_keeps_data_and_training() -> None:
    text = "nn.Sequential(nn.Linear(13, 8), nn.Sequential(nn.ReLU(), nn.Dropout()), nn.Linear(8, 3))"
    project = import_project(read_text(text), BASE).project
    types = [project.graph.nodes[key].type for key in order_of(project.graph).chain]
    assert types == [INPUT, "Linear", "Sequential", "Linear", LOSS]
    assert sound(project.graph, orders_of(project.graph))
    assert (project.data, project.training) == (BASE.data, BASE.training)
    assert project.graph.of_type(INPUT)[0].args == {"shape": (13,)}
    assert "in_features" not in project.graph.of_type("Linear")[0].args


def test_only_what_is_chosen_of_the_training_is_taken() -> None:
    text = (
        "model = nn.Sequential(nn.Linear(13, 3))\nloss = nn.NLLLoss()\n"
        "opt = torch.optim.SGD(model.parameters(), lr=0.5)\nepochs = 9\n"
    )
    project = import_project(read_text(text), BASE, offered=("epochs",)).project
    assert project.training == TrainingConfig(epochs=9, seed=5)
    assert project.graph.of_type(LOSS)[0].args == {"loss": "CrossEntropyLoss"}
    project = import_project(read_text(text), BASE).project
    assert project.training == TrainingConfig("SGD", {"lr": 0.5}, epochs=9, seed=5)
    assert project.graph.of_type(LOSS)[0].args == {"loss": "NLLLoss"}


def test_the_end_of_a_network_tells_its_loss_aloud() -> None:
    imported = import_project(read_text("nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=-1))"))
    assert imported.project.graph.of_type(LOSS)[0].args["loss"] == "NLLLoss"
    assert "NLLLoss" in imported.assumed[0]


def test_an_input_of_words_is_of_whole_numbers() -> None:
    imported = import_project(read_text("nn.Sequential(nn.Embedding(100, 8), nn.Flatten())"))
    assert imported.project.graph.of_type(INPUT)[0].args == {"dtype": "int64"}
    assert "how large an input is" in imported.assumed[0]
    given = Given((12,), "int64")
    imported = import_project(read_text("nn.Sequential(nn.Embedding(100, 8), nn.Flatten())"), given=given)
    assert imported.project.graph.of_type(INPUT)[0].args == {"shape": (12,), "dtype": "int64"}
    assert imported.assumed == ()
