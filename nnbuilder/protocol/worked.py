"""Arithmetic written out: lines with their numbers, each held against what PyTorch computed."""

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One line of arithmetic; `torch` is PyTorch's own number, empty where the line has none to compare with.

    `agrees`: what the line works out is PyTorch's number within the shown digits.
    """

    text: str
    torch: str = ""
    agrees: bool = True


class Curve(msgspec.Struct, frozen=True):
    """A function as points, with the values of this pass marked on it; the first mark is the chosen one."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    marks: tuple[tuple[float, float], ...] = ()


class Worked(msgspec.Struct, frozen=True):
    """How some numbers come about: the rule in general, then with the numbers; `notes` are sentences.

    `window` are the places of the input that the chosen number comes from, along each dimension behind the
    channels; those outside of the input are padding. Empty for layers without such a window.
    """

    title: str
    formula: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    curve: Curve | None = None
    window: tuple[tuple[int, ...], ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether every line agrees with PyTorch."""
        return all(line.agrees for line in self.lines)
