"""Which layer the caret is in, kept right while somebody types: places move with the text before them."""

from collections.abc import Callable, Mapping

from nnbuilder.graph.graph import NodeId

Range = tuple[int, int]
"""Where a layer starts and has ended, in positions of the editor."""


class Ranges:
    """The characters of every layer; the text says them anew from time to time, edits move them between."""

    def __init__(self) -> None:
        self._of: dict[NodeId, Range] = {}

    def put(self, ranges: Mapping[NodeId, Range], position: Callable[[int], int]) -> None:
        """Takes what the text says; `position` translates its places."""
        self._of = {node: (position(start), position(end)) for node, (start, end) in ranges.items()}

    def __bool__(self) -> bool:
        return bool(self._of)

    def of(self, node: NodeId) -> Range | None:
        """Where a layer stands; None where the text does not hold it."""
        return self._of.get(node)

    def edited(self, at: int, removed: int, added: int) -> None:
        """Moves everything behind an edit; a layer grows with what is typed in it, or goes with its text."""
        moved = {
            node: (_moved(start, at, removed, added, at_start=True), _moved(end, at, removed, added))
            for node, (start, end) in self._of.items()
        }
        self._of = {node: (start, end) for node, (start, end) in moved.items() if start < end}

    def around(self, position: int) -> NodeId | None:
        """The smallest layer around a place."""
        found = [(end - start, node) for node, (start, end) in self._of.items() if start <= position <= end]
        return min(found)[1] if found else None

    def at(self, position: int, line: Range, text: str) -> NodeId | None:
        """The layer that a caret is at: the one around it, or the one that its line is about.

        In front of a layer, behind its comma and in its comment the line decides.
        """
        inner = self.around(position)
        first = line[0] + len(text) - len(text.lstrip())
        starting = [
            (start, -end, node) for node, (start, end) in self._of.items() if line[0] <= start <= line[1]
        ]
        own = min(starting)[2] if starting else self.around(first)
        if inner is None:
            return own
        started = self._of[inner][0]
        return own if own is not None and started < line[0] and not text.lstrip().startswith(")") else inner


def _moved(place: int, at: int, removed: int, added: int, *, at_start: bool = False) -> int:
    """Where a place is after an edit; what is put exactly at a layer's start stands before it."""
    if place < at or (place == at and not at_start):
        return place
    if place >= at + removed:
        return place + added - removed
    return at
