"""Which weights, or which training: the project as it stands, or one of its runs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.runs.record import RunRecord
from nnbuilder.ui.common.choices import ChoiceBox


class Chosen(msgspec.Struct, frozen=True):
    """A run by its name and one of its checkpoints; without a run the project as it stands."""

    run: str = ""
    checkpoint: Literal["best", "last"] = "best"


class RunChoice(ChoiceBox):
    """Offers the weights that there are, or the runs; what somebody chose stays chosen."""

    def __init__(self) -> None:
        super().__init__("export.run", "Which weights, or which training")
        self.setMinimumContentsLength(30)
        self._records: dict[str, RunRecord] = {}
        self._chosen = False
        self.activated.connect(self._choose)

    @property
    def value(self) -> Chosen | None:
        """What is chosen; None where there is nothing to choose."""
        found = self.currentData()
        return found if isinstance(found, Chosen) else None

    def is_of(self, project: Project) -> bool:
        """Whether the chosen run trained the network that is drawn now; also where no run is chosen."""
        record = self._records.get(self.value.run) if self.value else None
        return record is None or _network(record.project.graph) == _network(project.graph)

    def offer_weights(self, project: Project, runs: Sequence[RunRecord]) -> None:
        """Offers the project's own weights, then the best and the last of each run.

        It begins with the newest run if that trained the network that is drawn now.
        """
        own = (
            f"Initial, from seed {project.training.seed}" if project.weights is None else "The project's own"
        )
        entries = [entry for record in runs for entry in _checkpoints(record)]
        self._offer(runs, [(own, Chosen()), *entries])
        if not self._chosen:
            self.show_value(entries[0][1] if entries else Chosen())
            if not self.is_of(project):
                self.show_value(Chosen())

    def offer_runs(self, runs: Sequence[RunRecord]) -> None:
        """Offers every run."""
        self._offer(runs, [(_title(record), Chosen(record.id)) for record in runs])

    def _choose(self) -> None:
        self._chosen = True

    def _offer(self, runs: Sequence[RunRecord], entries: Sequence[tuple[str, Chosen]]) -> None:
        before = self.value
        self._records = {record.id: record for record in runs}
        self.fill(entries)
        values = [value for _, value in entries]
        if before is not None:
            self.show_value(before if before in values else values[0] if values else None)


def _checkpoints(record: RunRecord) -> Iterator[tuple[str, Chosen]]:
    if any(entry.best for entry in record.checkpoints):
        yield f"Best of {_title(record)}", Chosen(record.id, "best")
    if any(not entry.best for entry in record.checkpoints):
        yield f"Last of {_title(record)}", Chosen(record.id, "last")


def _network(graph: Graph) -> tuple[dict[NodeId, Node], frozenset[Edge]]:
    """A drawing without where its cards lie."""
    nodes = {key: msgspec.structs.replace(node, x=0.0, y=0.0) for key, node in graph.nodes.items()}
    return nodes, frozenset(graph.edges)


def _title(record: RunRecord) -> str:
    """A run by when it began and how far it came."""
    epochs = f"{record.epoch:,} {'epoch' if record.epoch == 1 else 'epochs'}"
    value = record.validation.get(record.metric)
    result = "" if value is None else f", {record.metric} {value:.3f}"
    return f"run {_when(record)}, {epochs}{result}"


def _when(record: RunRecord) -> str:
    try:
        return f"{datetime.fromisoformat(record.created).astimezone():%d %b %H:%M:%S}"
    except ValueError:
        return record.id
