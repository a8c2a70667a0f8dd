"""The live reports that can be asked for, by name."""

from collections.abc import Mapping

from nnbuilder.engine.live.activations import activations
from nnbuilder.engine.live.boundary import boundary
from nnbuilder.engine.live.confusion import confusion
from nnbuilder.engine.live.fit import fit, targets
from nnbuilder.engine.live.neurons import neurons
from nnbuilder.engine.live.report import MakeReport
from nnbuilder.engine.live.updates import updates
from nnbuilder.protocol.layers import Activations, Updates
from nnbuilder.protocol.predictions import Boundary, Confusion, Fit, Neurons, Targets

REPORTS: Mapping[str, MakeReport] = {
    Boundary.__name__: boundary,
    Neurons.__name__: neurons,
    Fit.__name__: fit,
    Targets.__name__: targets,
    Confusion.__name__: confusion,
    Activations.__name__: activations,
    Updates.__name__: updates,
}
