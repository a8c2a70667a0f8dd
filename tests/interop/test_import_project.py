"""A project around the network of a reading."""

from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.graph.edits import AddNote, Group
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Node, NodeId, Note
from nnbuilder.graph.order import order_of, orders_of, sound
from nnbuilder.interop.import_project import Given, import_project, replacing
from nnbuilder.interop.read_text import read_text
from nnbuilder.project.edits import SetSource, SetWeights, apply_edit
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


def test_an_input_of_the_shape_that_the_data_have_follows_them() -> None:
    imported = import_project(read_text("nn.Sequential(nn.Linear(7, 2))"), given=Given(data=(7,)))
    assert imported.project.graph.of_type(INPUT)[0].args == {}


def test_replacing_leaves_nothing_of_the_old_network() -> None:
    before = import_project(read_text("nn.Sequential(nn.Linear(13, 8), nn.ReLU(), nn.Linear(8, 3))")).project
    for edit in (
        Group(order_of(before.graph).layers[:2], Node(NodeId("n90"), GROUP)),
        AddNote(Note(NodeId("n91"), "mine", 0.0, 0.0)),
        AddNote(Note(NodeId("n92"), "inside", 0.0, 0.0, parent=NodeId("n90"))),
        SetSource("# mine\nnn.Sequential()\n"),
        SetWeights("0" * 64),
    ):
        before = apply_edit(before, edit)
    text = "net = nn.Sequential(nn.Linear(4, 2))\nopt = torch.optim.SGD(net.parameters(), lr=0.5)\n"
    other = import_project(read_text(text), before).project
    after = apply_edit(before, replacing(before, other))
    assert after.graph == other.graph
    assert (after.training, after.data) == (other.training, before.data)
    assert (after.weights, after.source, dict(after.graph.notes)) == (None, None, {})


def test_replacing_an_empty_drawing_draws() -> None:
    other = import_project(read_text("nn.Sequential(nn.Linear(4, 2))")).project
    assert apply_edit(Project(), replacing(Project(), other)) == other
