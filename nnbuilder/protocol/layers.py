"""Live reports of what happens in each layer: its activations, and how fast its weights change."""

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.live import LiveReport


class Activations(LiveReport, frozen=True, tag=True):
    """What each layer gives out for the same samples of the training part.

    Arrays: counts float32 (layers, bins), edges float32 (layers, 2) low and high, dead float32 (layers,),
    flat float32 (layers,). `nonfinite` counts the NaN and infinite values of each layer, left out of the
    bins; `samples` is how many samples were looked at. Layers that hand on what they were given are left out.

    Of an activation function, `flat` is the share of its numbers at which it lets no gradient through, `dead`
    that of its units for which this holds in every sample; both are NaN for other layers. `bounded` says
    whether the function is flat on both sides, as Tanh is.
    """

    layers: tuple[NodeId, ...]
    nonfinite: tuple[int, ...]
    bounded: tuple[bool, ...]
    samples: int


class Updates(LiveReport, frozen=True, tag=True):
    """How much one step changed the weights of each layer with parameters; `step` is that step.

    Arrays: changes float32 (layers,), weights float32 (layers,), gradients float32 (layers,): the lengths of
    what was added to a layer's parameters, of the parameters before, and of their gradients.
    """

    layers: tuple[NodeId, ...]


LayerReport = Activations | Updates
