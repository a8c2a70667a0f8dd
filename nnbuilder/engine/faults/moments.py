"""Earlier moments of a run to repeat its steps from: the newest good one before a step."""

from nnbuilder.engine.faults.replay import Moment
from nnbuilder.engine.moments import Moments
from nnbuilder.runs.store import RunStore


def kept_in(store: RunStore) -> Moment:
    """What gives the moments that a run has on disk."""
    return Moments(store).nearest
