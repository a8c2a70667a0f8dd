"""The box about linear algebra, on a window; one test lets processes compute, the others compute here."""

from collections.abc import Iterator

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.algebra.collapse import collapse
from nnbuilder.engine.algebra.logistic import regress
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.weights import put_weights, read_weights
from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.algebra import Collapse, Regress
from nnbuilder.ui.algebra import AlgebraDialog
from nnbuilder.ui.algebra.asking import AskingPage
from tests.engine.samples import Layer, chain, data_of, make_project
from tests.ui.conftest import Stage

WAIT = 60_000
LEFT = Qt.MouseButton.LeftButton
THREE: tuple[Layer, ...] = (
    ("Linear", {"out_features": 5}),
    ("Linear", {"out_features": 3}),
    ("ReLU", {}),
    ("Linear", {"out_features": 2}),
)


def opened(stage: Stage, project: Project, *nodes: str) -> AlgebraDialog:
    """The box over a window on this project, with these layers selected."""
    stage.session.new(project, "test")
    stage.window.selection.set([NodeId(node) for node in nodes])
    stage.settle()
    stage.trigger("network.algebra")
    [made] = stage.window.findChildren(AlgebraDialog)
    return made


def compute(page: AskingPage) -> None:
    """Does here what the page's process was asked for."""
    assert page.task.active
    page.task.cancel()
    asked = page.request()
    assert isinstance(asked, Collapse | Regress)
    try:
        answer = collapse(asked) if isinstance(asked, Collapse) else regress(asked)
    except NNBuilderError as error:
        page.task.failed.emit(str(error))
    else:
        page.task.answered.emit(answer)


@pytest.fixture
def boxes(stage: Stage) -> Iterator[list[AlgebraDialog]]:
    """Boxes whose processes are ended with the test."""
    del stage
    found: list[AlgebraDialog] = []
    yield found
    for box in found:
        for page in (box.collapse, box.regression):
            page.task.cancel()


def test_two_layers_are_shown_as_one_and_replaced(
    stage: Stage, boxes: list[AlgebraDialog], qtbot: QtBot
) -> None:
    project = make_project(chain(*THREE))
    box = opened(stage, project)
    boxes.append(box)
    page, before = box.collapse, stage.session.document.project
    qtbot.waitUntil(lambda: page.found is not None, timeout=WAIT)
    model = fresh_network(project, data_of(project).profile)[0]
    w1, b1, w2, b2 = (
        model.get_parameter(name).detach().double() for name in ("0.weight", "0.bias", "1.weight", "1.bias")
    )
    assert page.table.numbers.index(1, 0).data() == f"{float((w2 @ w1)[1, 0]):.4f}"
    assert page.table.numbers.index(2, 2).data() == f"{float((w2 @ b1 + b2)[2]):.4f}"
    page.table.setCurrentIndex(page.table.numbers.index(1, 0))
    assert page.product.text().startswith("W[1, 0] = ")
    assert page.product.text().endswith(f"= {float((w2 @ w1)[1, 0]):.4f}")
    assert "(2 + 1) * 5 + (5 + 1) * 3 = 33 in the layers, (2 + 1) * 3 = 9 in the one" in page.counts.text()
    assert page.agreement.text().startswith("The same: over 64 training rows")
    assert all(abs(one - other) < 1e-6 for one, other in page.diagonal.pairs)
    page.between_box.show_value("Tanh")
    page.between_box.activated.emit(page.between_box.currentIndex())
    assert "Not the same: Tanh changes" in page.agreement.text()
    assert max(abs(one - other) for one, other in page.diagonal.pairs) == pytest.approx(
        page.found.tried[3].largest if page.found else 0
    )
    QTest.mouseClick(page.replace, LEFT)
    document = stage.session.document
    qtbot.waitUntil(lambda: len(document.project.graph.nodes) == 5, timeout=WAIT)
    after = document.project
    assert document.undo_stack.undoText() == "Replace 2 Linear layers by one"
    made, _, layers = fresh_network(after, data_of(after).profile)
    modules = ((node, made.get_submodule(name)) for node, name in layers)
    assert put_weights(modules, read_weights(stage.session.runs_folder(), after.weights or "")) == ()
    x = torch.from_numpy(data_of(project).train.x)
    assert torch.allclose(made(x), model(x), atol=1e-6)
    document.undo_stack.undo()
    assert document.project == before


def test_the_selected_layers_are_looked_at_and_an_activation_keeps_them(
    stage: Stage, boxes: list[AlgebraDialog]
) -> None:
    box = opened(stage, make_project(chain(*THREE)), "n4")
    boxes.append(box)
    page = box.collapse
    compute(page)
    assert page.stretch is not None
    assert page.stretch.nodes == ("n2", "n4")
    assert page.between_box.currentText() == "ReLU (as drawn)"
    assert not page.replace.isEnabled()
    assert "no single Linear does the same" in page.why.text()


def test_a_network_without_such_layers_is_told_so(stage: Stage, boxes: list[AlgebraDialog]) -> None:
    box = opened(stage, make_project(chain(("Linear", {"out_features": 2}))))
    boxes.append(box)
    compute(box.collapse)
    assert "there is nothing to multiply" in box.collapse.line.text()
    assert not box.collapse.content.isVisible()


def test_a_network_that_cannot_be_built_is_a_sentence(stage: Stage, boxes: list[AlgebraDialog]) -> None:
    broken = chain(("Linear", {"out_features": 2}), ("Linear", {"in_features": 9, "out_features": 2}))
    box = opened(stage, make_project(broken))
    boxes.append(box)
    compute(box.collapse)
    assert "mat1 and mat2" in box.collapse.line.text()
    assert not box.collapse.content.isVisible()


def test_regression_stands_beside_scikit_learns(stage: Stage, boxes: list[AlgebraDialog]) -> None:
    single = make_project(chain(("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss"))
    box = opened(stage, single)
    boxes.append(box)
    page = box.regression
    assert not page.task.active  # what is not seen is not worked out
    box.tabs.setCurrentIndex(1)
    compute(page)
    model = page.table.numbers
    assert [model.headerData(place, Qt.Orientation.Vertical) for place in range(3)] == ["x", "y", "bias"]
    for row in range(3):
        assert model.index(row, 0).data() == model.index(row, 1).data()
    drawn = fresh_network(single, data_of(single).profile)[0].get_parameter("0.weight")
    assert model.index(0, 3).data() == f"{drawn[0, 0].item():.4f}"
    assert page.line.text().startswith("PyTorch and scikit-learn give all 72 training rows the same class")
    assert page.frame.isVisible()
    assert "Your network is such a Linear" in page.standing.text()


def test_numbers_as_targets_are_a_sentence(stage: Stage, boxes: list[AlgebraDialog]) -> None:
    project = make_project(chain(("Linear", {"out_features": 1}), loss="MSELoss"), BuiltinData("diabetes"))
    box = opened(stage, project)
    boxes.append(box)
    box.tabs.setCurrentIndex(1)
    compute(box.regression)
    assert "tells classes apart" in box.regression.line.text()


def test_a_change_of_the_drawing_is_followed_and_closing_ends_all(
    stage: Stage, boxes: list[AlgebraDialog]
) -> None:
    box = opened(stage, make_project(chain(*THREE)))
    boxes.append(box)
    page = box.collapse
    compute(page)
    page.found = None
    stage.session.document.apply(RemoveNodes((NodeId("n2"),)))
    assert page.task.active
    compute(page)
    assert page.stretch is not None
    assert page.stretch.nodes == ("n1", "n4")
    stage.session.document.undo_stack.undo()
    assert page.task.active
    task = page.task
    ended: list[bool] = []
    box.finished.connect(lambda _: ended.append(task.active))
    QTest.mouseClick(box.close_button, LEFT)
    assert ended == [False]
    stage.settle()
    stage.session.document.undo_stack.redo()  # a closed box follows nothing
    assert not stage.window.findChildren(AlgebraDialog)
