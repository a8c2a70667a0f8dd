"""What an export comes to before it is written: its bytes, and what is known of them."""

from collections.abc import Callable
from dataclasses import dataclass

from nnbuilder.engine.export.compare import Difference

Say = Callable[[str], object]
"""Where words on what is being done go."""


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of a file that was held against the network; `found` where its program was run."""

    data: bytes
    verified: tuple[str, ...]
    found: Difference | None = None
    notes: tuple[str, ...] = ()

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """With how many samples at once its program was run."""
        return self.found.rows if self.found else ()
