"""Time that a test measures, without what the process around it adds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Puts garbage collection off.

    A worker that has run tests for minutes holds so many objects that one collection takes a second.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
