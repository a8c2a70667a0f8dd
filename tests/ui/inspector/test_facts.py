"""What the inspector says, as texts."""

from nnbuilder.catalog import registry
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.edits import AddNode, Group
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from nnbuilder.ui.inspector import facts
from tests.fakes import IRIS
from tests.ui.canvas.drawings import chain


def test_summaries() -> None:
    linear = Node(NodeId("a"), "Linear")
    assert facts.summary_line(linear) == f"Linear · {registry.LAYERS['Linear'].summary}"
    assert "does not know this layer" in facts.summary_line(Node(NodeId("a"), "Foo"))
    assert facts.summary_line(Node(NodeId("a"), "Input")) == registry.INPUT_SPEC.summary


def test_shapes_of_what_is_known() -> None:
    assert facts.shape_lines(None, TensorType((None, 1)), "cpu") == ("out (N, 1) float32 cpu",)
    assert facts.shape_lines(TensorType((None,), "int64"), None, "cuda") == ("in  (N,) int64 cuda",)


def test_frozen_parameters_and_buffers_are_told() -> None:
    layer = LayerAnalysis(
        NodeId("a"), "0", "BatchNorm1d", parameters=8, trainable=4, buffers=9, formula="2 × 4 = 8"
    )
    assert facts.parameter_lines(layer) == (
        "2 × 4 = 8",
        "4 of them are frozen",
        "9 buffer values beside them, which training does not learn",
    )


def test_auto_of_the_input_is_the_data() -> None:
    node = Node(NodeId("a"), "Input")
    assert facts.resolved_args(node, None, IRIS) == {"shape": (4,), "dtype": "float32"}
    assert facts.resolved_args(node, None, None) == {}


def test_overview() -> None:
    analysis = Analysis(
        (LayerAnalysis(NodeId("n2"), "0", "Linear", parameters=80, trainable=64),),
        TensorType((None, 4)),
        TensorType((None, 3)),
    )
    assert facts.overview(Project(graph=chain()), analysis, IRIS) == (
        ("Layers", "3"),
        ("Parameters", "80: 64 trainable, 16 frozen"),
        ("Shapes", "(N, 4) → (N, 3)"),
        ("Loss", "CrossEntropyLoss"),
        ("Task", "Multi-class classification"),
        ("Training", "Adam, 100 epochs"),
        ("Data", "Iris, 150 rows"),
    )


def test_a_group_counts_as_the_layers_in_it() -> None:
    project = apply_edit(
        Project(graph=chain()), Group((NodeId("n2"), NodeId("n3")), Node(NodeId("block"), GROUP))
    )
    project = apply_edit(project, AddNode(Node(NodeId("loose"), "Tanh", x=600.0, y=600.0)))
    assert facts.overview(project, Analysis(), None)[0] == ("Layers", "3 in the chain, 1 beside it")


def test_depth_counts_hidden_layers_and_lists_sizes() -> None:
    layers = tuple(
        LayerAnalysis(NodeId(node), "0", "Linear", {"out_features": width}, TensorType((None, fed)))
        for node, fed, width in (("n2", 4, 16), ("n4", 16, 3))
    )
    assert facts.depth(chain(), Analysis(layers)) == "2 layers with weights, 1 hidden layer: 4 → 16 → 3"
    assert facts.depth(chain(), Analysis(layers[1:])) == "1 layer with weights, no hidden layer: 16 → 3"
    assert facts.depth(chain(), Analysis(layers * 9)).endswith(": 4 → 16 → 3 → 16 → 3 → 16 → … → 16 → 3")
    assert facts.depth(chain(), Analysis()) == ""
