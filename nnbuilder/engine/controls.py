"""Where a training hears how it is to go on."""

from typing import Protocol

from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import Control


class Controls(Protocol):
    """Where controls come from."""

    def poll(self, timeout: float) -> Control | Watch | None:
        """The next word, waiting up to `timeout` seconds for it; None if there is none."""


class Unattended:
    """Nobody steers: the training runs to its end, and where it would pause it stops."""

    def poll(self, timeout: float) -> Control | Watch | None:
        return Control("", "stop") if timeout > 0 else None
