"""The live reports that can be asked for, by name."""

from collections.abc import Mapping

from nnbuilder.engine.live.boundary import boundary
from nnbuilder.engine.live.confusion import confusion
from nnbuilder.engine.live.fit import fit, targets
from nnbuilder.engine.live.neurons import neurons
from nnbuilder.engine.live.report import MakeReport
from nnbuilder.protocol.predictions import Boundary, Confusion, Fit, Neurons, Targets

REPORTS: Mapping[str, MakeReport] = {
    Boundary.__name__: boundary,
    Neurons.__name__: neurons,
    Fit.__name__: fit,
    Targets.__name__: targets,
    Confusion.__name__: confusion,
}
