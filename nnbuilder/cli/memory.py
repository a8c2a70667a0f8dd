"""Memory that does not suffice for a training, as an answer of the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.data.prepare import Prepared
from nnbuilder.project.project import Project


@contextmanager
def within_memory(project: Project, prepared: Prepared) -> Iterator[None]:
    """Refuses a training that needs more than is free, and explains where memory runs out all the same."""
    from nnbuilder.engine.faults.shortage import ShortOfMemory, demand_room, explain_shortage, ran_out
    from nnbuilder.engine.memory.room import free_memory

    room = free_memory(project.training.device)
    try:
        demand_room(project, prepared)
        yield
    except ShortOfMemory as error:
        raise CommandError(Exit.ENVIRONMENT, error.problems) from error
    except Exception as error:
        if not ran_out(error):
            raise
        short = explain_shortage(error, project, prepared, room)
        raise CommandError(Exit.ENVIRONMENT, short.problems) from error
