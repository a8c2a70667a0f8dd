"""Memory that does not suffice: said before training where it shows, explained where it ran out."""

import gc
import re
import traceback
from collections.abc import Iterator
from types import FrameType, TracebackType

from torch import nn

from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.blame import is_out_of_memory
from nnbuilder.engine.costs import optimizer_state
from nnbuilder.engine.memory.fitting import CODE, SMALLEST, Case
from nnbuilder.engine.memory.need import readable
from nnbuilder.engine.memory.room import free_memory
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project

UNLIKELY = 0.25
"""A training that needs less than this share of what is free was not ended for its memory."""

_ASKED = re.compile(r"allocate (\d+(?:\.\d+)?) ?(bytes|[KMGT]iB)", re.IGNORECASE)

_UNITS = {"bytes": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}

_DOING = (
    ("engine/checkpoint.py", "a checkpoint was written"),
    ("engine/moments.py", "a moment was kept"),
    ("engine/state.py", "the best weights were kept"),
    ("evaluate.py", "the network was measured on all rows"),
    ("/optim/", "the optimizer made its first step"),
    ("/autograd/", "the gradient went back through the layers"),
    ("build.py", "the network was built"),
    ("setup.py", "the data were made ready"),
    ("/data/", "the data were read"),
    ("trainer.py", "a batch went through the network"),
)
"""Places in the trace of an error, the most telling ones first, with what was going on there."""


class ShortOfMemory(NNBuilderError):  # noqa: N818
    """A training does not fit into what is free; `problems` say more, and offer what fits."""

    def __init__(self, problem: Problem) -> None:
        self.problems = (problem,)
        self.node = problem.node
        super().__init__(problem.message)


def demand_room(project: Project, prepared: Prepared) -> None:
    """Raises `ShortOfMemory` where a training needs more than is free, before it has begun."""
    free = free_memory(project.training.device)
    case = _case(project, prepared.profile)
    if free is None or case is None or case.need.total <= max(free, SMALLEST):
        return
    raise ShortOfMemory(case.refusal(free))


def explain_shortage(
    error: BaseException, project: Project, prepared: Prepared | None, free: int | None
) -> ShortOfMemory:
    """What ran out where, what was free before, and which batch size fits; lets go of what was held."""
    wanted, (doing, node) = _asked(error), _place(error)
    _let_go(error)
    text = f"Memory ran out while {doing}."
    if wanted is not None and free is not None:
        text += f" {readable(wanted)} more were asked for; {readable(free)} were free before the run."
    try:
        case = _case(project, prepared.profile) if prepared is not None else None
    except (MemoryError, RuntimeError):
        case = None
    if case is None:
        return ShortOfMemory(Problem("error", CODE, text, node=node))
    text += f" Training needs about {readable(case.need.total)} ({case.need.words()})."
    return ShortOfMemory(case.problem(text, free, node))


def words_on_killed(project: Project, profile: DataProfile) -> str:
    """What is to be said of a training that the system has ended: most often memory is the reason.

    That is the computer's memory, also where a GPU has trained.
    """
    free = free_memory()
    case = _case(project, profile)
    if case is None or free is None:
        return "It was killed: memory probably ran out. A smaller batch or network needs less."
    needed = readable(case.need.total)
    if case.need.total < free * UNLIKELY:
        return (
            f"It was killed from outside: it needs about {needed} of memory, and {readable(free)} are free."
        )
    return f"It was killed: memory probably ran out. {case.refusal(free).message}"


def _case(project: Project, profile: DataProfile) -> Case | None:
    """None where the drawing cannot be measured."""
    *_, last = Analyzer().analyze(project, profile)
    if last.analysis.output is None:
        return None
    return Case.of(project, last.analysis, profile.training, optimizer_state(project.training))


def ran_out(error: BaseException | None) -> bool:
    """Whether memory ran out, also where that is what stands behind another error."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, Exception) and is_out_of_memory(error)):
            return True
        error = error.__cause__
    return False


def _asked(error: BaseException) -> int | None:
    """The bytes of the allocation that failed, where the error tells."""
    found = _ASKED.search(str(error)) or _ASKED.search(str(error.__cause__ or ""))
    if found is None:
        return None
    return int(float(found[1]) * _UNITS[found[2].lower()])


def _place(error: BaseException) -> tuple[str, NodeId | None]:
    """What was going on, and in which layer."""
    behind = error.__cause__.__traceback__ if error.__cause__ else None
    frames = [*_frames(error.__traceback__), *_frames(behind)]
    files = [frame.f_code.co_filename.replace("\\", "/") for frame in frames]
    doing = next((words for part, words in _DOING if any(part in file for file in files)), "training")
    node = getattr(error, "node", None) or _layer(frames)
    return doing, NodeId(node) if isinstance(node, str) else None


def _frames(trace: TracebackType | None) -> Iterator[FrameType]:
    while trace is not None:
        yield trace.tb_frame
        trace = trace.tb_next


def _layer(frames: list[FrameType]) -> NodeId | None:
    """The drawn layer whose forward was the last to be called."""
    own = [frame.f_locals.get("self") for frame in frames]
    trainer = next((one for one in own if isinstance(one, Trainer)), None)
    if trainer is None:
        return None
    called = {id(one) for one in own if isinstance(one, nn.Module)}
    return next((node for node, layer in trainer.setup.modules(trainer.model) if id(layer) in called), None)


def _let_go(error: BaseException) -> None:
    """Frees what the frames of an error hold: weights, activations, gradients."""
    one: BaseException | None = error
    while one is not None:
        traceback.clear_frames(one.__traceback__)
        one = one.__cause__
    gc.collect()
