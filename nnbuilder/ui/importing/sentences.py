"""What is said of a reading at its head, and which lines are marked."""

from collections.abc import Iterator

from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.reading import Reading, ReadLayer


def head_line(reading: Reading) -> str:
    """What came of a text, in a sentence or two; never a success where there is none."""
    errors = sum(problem.severity == "error" for problem in reading.problems)
    if not (reading.layers or reading.asked or reading.networks):
        return "No network is found in this text. One can be pasted or typed at the left."
    if errors:
        what = "One thing is wrong" if errors == 1 else f"{errors} things are wrong"
        return f"{what} in this text. Mend it at the left; it is read while you type."
    if reading.asked:
        if len(reading.asked) == 1:
            return "The text leaves one value open. Fill it in, and the network is complete."
        return f"The text leaves {len(reading.asked)} values open. Fill them in, and the network is complete."
    if not reading.layers:
        return "There is no layer in this text."
    count = counted(reading.layers)
    name = f" of {reading.chosen}" if reading.chosen else ""
    several = len(reading.networks)
    among = f", one of {several} networks in this text" if several > 1 else ""
    layers = "layer" if count == 1 else "layers"
    return f"{count:,} {layers}{name} can be taken{among}. Nothing of the text is run."


def head_token(reading: Reading) -> str:
    """The colour of that sentence."""
    if any(problem.severity == "error" for problem in reading.problems):
        return "error"
    return "accent" if reading.asked else "text" if reading.ok else "error"


def counted(layers: tuple[ReadLayer, ...]) -> int:
    """How many layers there are, groups opened."""
    return sum(counted(layer.layers) if layer.type == GROUP else 1 for layer in layers)


def marks(reading: Reading) -> dict[int, str]:
    """Lines to mark, each for the worst that is said of it."""
    found = dict.fromkeys(_lines(reading.layers), "taken")
    found |= {asked.line: "asked" for asked in reading.asked}
    found |= {problem.line: "warning" for problem in reading.problems if problem.severity == "warning"}
    return found | {problem.line: "error" for problem in reading.problems if problem.severity == "error"}


def _lines(layers: tuple[ReadLayer, ...]) -> Iterator[int]:
    """The lines that layers come from; of a group those of the layers in it."""
    for layer in layers:
        if layer.layers:
            yield from _lines(layer.layers)
        else:
            yield from range(layer.line, max(layer.end_line, layer.line) + 1)
