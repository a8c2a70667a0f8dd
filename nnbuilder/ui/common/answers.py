"""Torch's answers about any node, groups among them: what goes in, what comes out, what is in it."""

import msgspec

from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, Graph, NodeId
from nnbuilder.session.analysis import AnalysisFollower


class Answer(msgspec.Struct, frozen=True):
    """What is known of one node: types of its tensors, and how many parameters it holds."""

    fed: TensorType | None = None
    given: TensorType | None = None
    parameters: int = 0


def leaves(graph: Graph, key: NodeId, analysis: AnalysisFollower) -> list[LayerAnalysis]:
    """What torch says of a layer, or of all layers in a group, in the order in which they compute."""
    inside = graph.within((key,))
    return [layer for layer in analysis.analysis.layers if layer.id in inside]


def answer_for(graph: Graph, key: NodeId, analysis: AnalysisFollower) -> Answer:
    """What is known of a node; a group is the sum of what lies in it."""
    node = graph.nodes.get(key)
    if node is not None and node.type == GROUP:
        inside = leaves(graph, key, analysis)
        if not inside:
            return Answer()
        return Answer(inside[0].input, inside[-1].output, sum(layer.parameters for layer in inside))
    layer = analysis.layer_of(key)
    parameters = layer.parameters if layer is not None else 0
    return Answer(analysis.input_type(key), analysis.output_type(key), parameters)
