"""The data as the network gets them, held against what torch does with such data."""

from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, CsvData, DataSpec, ToyData
from nnbuilder.doctor.evidence import Evidence, Facts, Targets
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from tests.doctor.patients import advice, codes, cured, linear, on_data, only, says, second_look
from tests.engine.drawings import IRIS, MOONS, SINE, answer, fixed, project

NET = project(linear(8), "ReLU", linear(3))
SCALE = "inputs-not-standardized"
ROWS = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def on_csv(tmp_path: Path, text: str, target: str, *layers: str) -> Project:
    """A small network on a table of this text."""
    (tmp_path / "t.csv").write_text(text)
    subject = project(linear(8), "ReLU", *layers, linear(2))
    return msgspec.structs.replace(subject, data=DataSpec(CsvData(str(tmp_path / "t.csv"), target)))


def mended(subject: Project, code: str, title: str) -> Project:
    """The project after the only fix of advice with this code, which a second look does not find any more."""
    [fix] = only(second_look(subject), code).fixes
    assert fix.title == title
    changed = fixed(subject, fix)
    assert code not in codes(second_look(changed))
    prepared = load(changed.data, 0, None)
    assert answer(changed, prepared.profile).problems == ()
    return changed


def left_out(subject: Project) -> tuple[str, ...]:
    """The columns that the project leaves out of its table."""
    assert isinstance(subject.data.source, CsvData)
    return subject.data.source.left_out


def test_inputs_that_are_not_standardized() -> None:
    subject = on_data(NET, BuiltinData("wine"), standardize=False)
    problem = only(second_look(subject), SCALE)
    assert problem.message.startswith("The inputs are not standardized: proline varies ")
    assert problem.path == "data.standardize"
    [fix] = problem.fixes
    assert fix.title == "Standardize the data"
    assert SCALE not in codes(second_look(fixed(subject, fix)))


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        (Facts((0.0, ""), (0.5, "a"), (9.0, "b")), "b varies 18 times as much as a"),
        (Facts((0.0, ""), (20.0, "a"), (20.0, "b")), "b has a standard deviation of 20"),
        (Facts((0.0, ""), (0.01, "a"), (0.02, "b")), "a has a standard deviation of 0.01"),
        (Facts((50.0, "c"), (1.0, "a"), (1.0, "b")), "the mean of c is 50 away from 0"),
        (Facts((0.5, "c"), (0.8, "a"), (3.0, "b")), ""),
    ],
)
def test_how_far_from_standard_they_are(facts: Facts, what: str) -> None:
    said = says(on_data(NET, standardize=False), SCALE, Evidence(facts))
    assert said == ([f"The inputs are not standardized: {what}."] if what else [])
    assert says(on_data(NET), SCALE, Evidence(facts)) == []


def test_toy_data_and_a_normalization_first_need_no_standardizing() -> None:
    two = project(linear(8), "ReLU", linear(2))
    assert SCALE not in codes(second_look(on_data(two, ToyData("moons"), standardize=False)))
    normal = project("BatchNorm1d", linear(8), "ReLU", linear(3))
    assert SCALE not in codes(second_look(on_data(normal, BuiltinData("wine"), standardize=False)))


def test_features_of_unequal_size_learn_slowly() -> None:
    torch.manual_seed(0)
    x = torch.randn(128, 2)
    y = x.sum(1, keepdim=True)
    losses = []
    for scale in (torch.tensor([1.0, 1.0]), torch.tensor([1.0, 50.0])):
        model = nn.Linear(2, 1)
        largest = torch.linalg.eigvalsh((x * scale).T @ (x * scale) / 64)[-1]
        optimizer = torch.optim.SGD(model.parameters(), lr=1 / largest.item())  # the best that is stable
        for _ in range(50):
            optimizer.zero_grad()
            loss = nn.MSELoss()(model(x * scale), y)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    assert losses[0] < 1e-6
    assert losses[1] > 0.1


def test_constant_features(tmp_path: Path) -> None:
    text = "a,b,kind\n" + "".join(f"{row % 5},7,{'xy'[row % 2]}\n" for row in range(40))
    subject = on_csv(tmp_path, text, "kind")
    problem = only(second_look(subject), "constant-features")
    assert problem.message == (
        "Constant in the training part, so nothing can be learned from this column: b."
    )
    assert (problem.severity, problem.path) == ("note", "data.source")
    assert left_out(mended(subject, "constant-features", "Leave out b")) == ("b",)
    varied = text.replace("3,7", "3,8")
    assert codes(second_look(on_csv(tmp_path, varied, "kind"))) == []


def test_weights_of_a_constant_feature_stay_as_they_were() -> None:
    layer = nn.Linear(2, 3)
    x = torch.stack([torch.randn(16), torch.zeros(16)], dim=1)  # a constant, standardized
    layer(x).square().sum().backward()
    assert layer.weight.grad is not None
    assert not layer.weight.grad[:, 1].any()
    assert layer.weight.grad[:, 0].all()


def test_unused_columns(tmp_path: Path) -> None:
    text = "name,a,empty,kind\n" + "".join(f"n{row},{row % 5},,{'xy'[row % 2]}\n" for row in range(40))
    subject = on_csv(tmp_path, text, "kind")
    problem = only(second_look(subject), "unused-columns")
    assert problem.message == ("Not used because these columns hold text or nothing at all: name, empty.")
    assert problem.severity == "note"
    assert left_out(mended(subject, "unused-columns", "Leave out 2 columns")) == ("name", "empty")
    with pytest.raises((TypeError, ValueError)):
        torch.tensor(["n1", "n2"])


def test_columns_are_left_out_where_sizes_are_typed(tmp_path: Path) -> None:
    text = "a,b,kind\n" + "".join(f"{row % 5},7,{'xy'[row % 2]}\n" for row in range(40))
    subject = on_csv(tmp_path, text, "kind")
    typed = SetArg(NodeId("in"), "shape", (2,)), SetArg(NodeId("n1"), "in_features", 2)
    subject = msgspec.structs.replace(subject, graph=typed[1].apply(typed[0].apply(subject.graph)))
    after = mended(subject, "constant-features", "Leave out b, and let sizes follow")
    assert left_out(after) == ("b",)
    assert "shape" not in after.graph.nodes[NodeId("in")].args


def test_an_only_column_is_not_left_out(tmp_path: Path) -> None:
    text = "a,kind\n" + "".join(f"7,{'xy'[row % 2]}\n" for row in range(40))
    assert only(second_look(on_csv(tmp_path, text, "kind")), "constant-features").fixes == ()


def test_built_in_data_keep_their_columns() -> None:
    subject = on_data(project(linear(8), "ReLU", linear(10)), BuiltinData("digits"))
    assert only(second_look(subject), "constant-features").fixes == ()


def test_a_column_that_says_the_same_as_the_target(tmp_path: Path) -> None:
    rows = [f"{row * 7 % 11},{[30, 10, 20][row % 3]},{'xyz'[row % 3]}" for row in range(60)]
    subject = on_csv(tmp_path, "\n".join(("size,code,kind", *rows)), "kind")
    subject = msgspec.structs.replace(subject, graph=project(linear(8), "ReLU", linear(3)).graph)
    problem = only(second_look(subject), "target-copied")
    assert problem.message == ("code says the same as kind in other numbers: the answer stands in the data.")
    assert left_out(mended(subject, "target-copied", "Leave out code")) == ("code",)
    codes_of = torch.tensor([float(row.split(",")[1]) for row in rows])
    known = ("xyz".index(row[-1]) for row in rows)
    nearest = (codes_of[:, None] - torch.tensor([30.0, 10.0, 20.0])).abs().argmin(1)  # one feature, no error
    assert nearest.tolist() == list(known)


def test_a_column_that_grows_evenly_with_the_target(tmp_path: Path) -> None:
    rows = [f"{row * 7 % 11},{row * row / 3 * 1.8 + 32},{row * row / 3}" for row in range(60)]
    subject = on_csv(tmp_path, "\n".join(("size,fahrenheit,celsius", *rows)), "celsius")
    subject = msgspec.structs.replace(subject, graph=project(linear(8), linear(1), loss="MSELoss").graph)
    assert only(second_look(subject), "target-copied").message.startswith("fahrenheit says the same as")
    assert left_out(mended(subject, "target-copied", "Leave out fahrenheit")) == ("fahrenheit",)
    x, y = (torch.tensor([float(row.split(",")[place]) for row in rows]) for place in (1, 2))
    torch.testing.assert_close((x - 32) / 1.8, y, rtol=1e-5, atol=1e-4)  # one weight and a bias know it


def test_a_column_that_counts_the_rows(tmp_path: Path) -> None:
    rows = [f"{row + 100},{row * 7 % 11},{'xy'[row >= 30]}" for row in range(60)]
    subject = on_csv(tmp_path, "\n".join(("id,size,kind", *rows)), "kind")
    problem = only(second_look(subject), "row-numbers")
    assert problem.message.startswith("id only counts the rows, one by one: ")
    assert left_out(mended(subject, "row-numbers", "Leave out id")) == ("id",)
    x = torch.tensor([[float(row.split(",")[0])] for row in rows])
    torch.manual_seed(0)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    half = (x - x.mean()) / x.std()
    for _ in range(200):
        optimizer.zero_grad()
        loss = nn.BCEWithLogitsLoss()(model(half), (x >= 130).float())
        loss.backward()
        optimizer.step()
    assert ((model(half) > 0) == (x >= 130)).all()  # all right here, and nothing known of another file


def test_one_hot_columns_give_the_target_away(tmp_path: Path) -> None:
    rows = [
        f"{row * 7 % 11},{int(row % 3 == 0)},{int(row % 3 == 1)},{int(row % 3 == 2)}" for row in range(60)
    ]
    subject = on_csv(tmp_path, "\n".join(("size,red,green,blue", *rows)), "red")
    problem = only(second_look(subject), "one-hot-columns")
    assert problem.message == (
        "red, green, blue look like one target that is spread over 3 columns of 0 and 1: in each row exactly "
        "one of them is 1, so the others give red away."
    )
    assert left_out(mended(subject, "one-hot-columns", "Leave out 2 columns")) == ("green", "blue")
    away = [row.rsplit(",", 1)[0] for row in rows]
    assert codes(second_look(on_csv(tmp_path, "\n".join(("size,red,green", *away)), "red"))) == []
    x = torch.tensor([[float(part) for part in row.split(",")[2:]] for row in rows])
    red = torch.tensor([float(row.split(",")[1]) for row in rows])
    assert torch.equal(1 - x.sum(1), red)  # a Linear with weights -1 and bias 1 knows the answer


@pytest.mark.parametrize(
    ("loss", "targets", "why"),
    [
        ("CrossEntropyLoss", Targets("int64", (), 0, 2, whole=True), ""),
        ("CrossEntropyLoss", Targets("float32", (3,), 0, 1, shares=True), ""),
        ("CrossEntropyLoss", Targets("float32", (3,), 0, 1, whole=True, shares=True, hot=True), ""),
        (
            "CrossEntropyLoss",
            Targets("int64", (3,), 0, 1, whole=True, shares=True, hot=True),
            "float32, not int64",
        ),
        ("CrossEntropyLoss", Targets("float32", (), 0, 2, whole=True), "int64, not float32"),
        ("CrossEntropyLoss", Targets("int64", (), 0, 3, whole=True), "3 is beyond the 3 outputs"),
        ("CrossEntropyLoss", Targets("int64", (), -1, 2, whole=True), "-1 is no index"),
        ("CrossEntropyLoss", Targets("float32", (4,), 0, 1, shares=True), "does not fit 3 outputs"),
        ("CrossEntropyLoss", Targets("float32", (3,), -1, 5), "sum to one"),
        ("NLLLoss", Targets("float32", (3,), 0, 1, shares=True), "one whole number for each sample"),
        ("NLLLoss", Targets("int64", (), 0, 2, whole=True), ""),
    ],
)
def test_targets_of_classes(loss: str, targets: Targets, why: str) -> None:
    last = ("LogSoftmax",) if loss == "NLLLoss" else ()
    said = says(project(linear(3), *last, loss=loss), "target-form", Evidence(Facts(targets=targets)))
    assert len(said) == bool(why)
    assert why in "".join(said)


@pytest.mark.parametrize(
    ("loss", "targets", "why"),
    [
        ("BCEWithLogitsLoss", Targets("float32", (1,), 0, 1), ""),
        ("BCEWithLogitsLoss", Targets("float32", (), 0, 1), "does not fit an output"),
        ("BCEWithLogitsLoss", Targets("float32", (1,), -1, 1), "they run from -1 to 1"),
        ("BCEWithLogitsLoss", Targets("int64", (1,), 0, 1), "they are int64"),
    ],
)
def test_targets_of_two_classes(loss: str, targets: Targets, why: str) -> None:
    said = says(project(linear(1), loss=loss), "target-form", Evidence(Facts(targets=targets)), MOONS)
    assert len(said) == bool(why)
    assert why in "".join(said)


def test_what_torch_takes_as_a_target_of_classes() -> None:
    scores, loss = torch.randn(2, 3), nn.CrossEntropyLoss()
    torch.testing.assert_close(loss(scores, ROWS), loss(scores, torch.tensor([0, 1])))
    assert loss(scores, torch.full((2, 3), 1 / 3)) > 0
    with pytest.raises(RuntimeError, match="floating point type for target with class probabilities"):
        loss(scores, ROWS.long())
    with pytest.raises(RuntimeError, match="Long"):
        loss(scores, torch.zeros(2))
    with pytest.raises(IndexError, match="Target 3 is out of bounds"):
        loss(scores, torch.tensor([0, 3]))
    with pytest.raises(RuntimeError, match="0D or 1D target tensor expected"):
        nn.NLLLoss()(scores.log_softmax(-1), ROWS)
    assert loss(scores, torch.tensor([[-1.0, 5.0, 2.0]] * 2)).isfinite()  # no error, and no meaning


def test_what_torch_takes_as_a_target_of_two_classes() -> None:
    scores, loss = torch.randn(2, 1), nn.BCEWithLogitsLoss()
    with pytest.raises(ValueError, match="must be the same as input size"):
        loss(scores, torch.zeros(2))
    with pytest.raises(RuntimeError):
        loss(scores, torch.zeros(2, 1).long())
    assert loss(torch.tensor([[9.0]]), torch.tensor([[2.0]])) < 0  # a loss below 0: never done


def test_real_data_fit_their_loss() -> None:
    assert "target-form" not in codes(second_look(on_data(NET)))
    sine = on_data(project(linear(8), "Tanh", linear(1), loss="MSELoss"), ToyData("sine"))
    assert "target-form" not in codes(second_look(sine))
    assert says(project(linear(1), loss="MSELoss"), "target-form", Evidence(), SINE) == []


def test_more_outputs_than_classes_are_legal_and_useless() -> None:
    subject = project(linear(8), "ReLU", linear(5))
    assert answer(subject).problems == ()
    problem = only(advice(subject), "spare-outputs")
    assert problem.message == (
        "The network has 5 outputs for 3 classes: CrossEntropyLoss takes that, but the last 2 can only ever "
        "be wrong."
    )
    [changed] = cured(subject, "spare-outputs").values()
    assert changed.graph.nodes[NodeId("n3")].args == {"out_features": 3}
    assert codes(advice(NET, IRIS)) == []
    scores = torch.zeros(6, 5, requires_grad=True)
    nn.CrossEntropyLoss()(scores, torch.arange(6) % 3).backward()
    assert scores.grad is not None
    assert (scores.grad[:, 3:] > 0).all()  # pushed down by every sample
