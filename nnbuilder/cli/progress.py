"""What `train` shows while it works: a bar on a terminal, a line for each epoch elsewhere."""

import shutil
import sys
from collections.abc import Sequence
from typing import Any

from nnbuilder.cli.output import say, say_over
from nnbuilder.protocol.messages import EpochEnded, Event, Failed, Progress, RunStarted, RunState
from nnbuilder.runs.words import number

__all__ = ["Listener", "number"]

_BAR = 20


class Listener:
    """Takes the messages of a training, keeps what went wrong and shows how it goes on stderr."""

    def __init__(self, *, bar: bool | None = None) -> None:
        self.started: RunStarted | None = None
        self.failure: Failed | None = None
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self._bar = terminal if bar is None else bar
        self._last: EpochEnded | None = None

    def __call__(self, message: Event, arrays: Sequence[Any] = ()) -> None:
        """Takes one message."""
        match message:
            case RunStarted():
                self.started = message
                for notice in message.notices:
                    say(f"note: {notice}")
            case RunState():
                for notice in message.notices:
                    say(f"note: {notice}")
            case EpochEnded() if self._bar:
                self._last = message
            case EpochEnded():
                say(self._epoch_line(message))
            case Progress() if self._bar and len(arrays[0]):
                self._draw(message, float(arrays[0][-1]))
            case Failed():
                self.failure = message
            case _:
                pass

    def close(self) -> None:
        """Leaves the bar's line."""
        if self._bar and self.started is not None:
            say_over("\n")

    def _epoch_line(self, epoch: EpochEnded) -> str:
        return f"epoch {self._count(epoch.epoch)}  {self._values(epoch)}"

    def _count(self, epoch: int) -> str:
        epochs = self.started.epochs if self.started else epoch
        return f"{epoch:>{len(str(epochs))}}/{epochs}"

    def _values(self, epoch: EpochEnded) -> str:
        metric = self.started.metric if self.started else "metric"
        return (
            f"loss {number(epoch.train_loss)}  {metric} {number(epoch.train_metric)}  "
            f"validation loss {number(epoch.validation_loss)}  {metric} {number(epoch.validation_metric)}"
        )

    def _draw(self, progress: Progress, loss: float) -> None:
        started = self.started
        total = max(1, started.steps_per_epoch * started.epochs) if started else 1
        done = min(1.0, progress.step / total)
        bar = "#" * round(done * _BAR)
        rest = self._values(self._last) if self._last else f"loss {number(loss)}"
        line = f"epoch {self._count(progress.epoch)} [{bar:<{_BAR}}] {progress.rate:,.0f} steps/s  {rest}"
        width = shutil.get_terminal_size().columns - 1
        say_over(f"\r{line[:width]}\x1b[K")
