"""What was found in a text, put together: the chosen network, what is wrong, asked, skipped and offered."""

import ast
import re
from collections.abc import Iterable

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import LAZY, class_of
from nnbuilder.interop.reader.drawing import Drawing
from nnbuilder.interop.reader.machine import Enough
from nnbuilder.interop.reader.networks import Candidate, Networks, parts_of
from nnbuilder.interop.reader.offers import Offers
from nnbuilder.interop.reader.values import MODULES, Answers, Chain, Findings, Layer, Stranger, Value
from nnbuilder.interop.reading import Asked, Network, Offer, Reading, ReadLayer, Skipped, SourceProblem
from nnbuilder.interop.source_tree import SourceTree
from nnbuilder.interop.unreadable import Unreadable

_MOST_PROBLEMS = 100
_MOST_SKIPPED = 200
_MOST_ODD = 40
"""How many calls are looked at for what was meant."""

_NOTHING = "There is no nn.Sequential(...) and no layer in this text."
_APART = (
    "This belongs to something that is not in this text: "
    "write the network out, as in model = nn.Sequential(...)."
)
_DEEP = "This is nested too deeply to be read."
_KERAS = "This network is written for Keras: only PyTorch's torch.nn is read."
_MIXED_UP = re.compile(r"(torch|nn|F|np)[^A-Za-z_.]+(\w+)")


def report(tree: SourceTree, answers: Answers, network: str) -> Reading:
    """The reading of a text."""
    reader = Networks(tree, answers)
    try:
        reader.read(tree.body)
        return _reading(reader, network)
    except RecursionError:
        return Reading(problems=(SourceProblem(1, 1, _DEEP),))
    except Unreadable as error:
        problems = _in_order([*reader.findings.problems, error.problem])
        return Reading(problems=problems)


def _reading(reader: Networks, wanted: str) -> Reading:
    candidates = reader.candidates()
    drawing, layers, chosen, excess = _chosen(reader, candidates, wanted)
    found = Findings()
    found.add(reader.findings)
    found.add(drawing.findings)
    found.problems += excess
    if wanted and chosen is not None and chosen.name != wanted:
        message = f"There is no network {wanted[:80]} in this text."
        found.problems.append(SourceProblem(chosen.line, 1, message))
    offers = Offers(reader)
    offer = offers.read()
    found.problems += offers.findings.problems
    asked = _asked(found.asked)
    if not layers and not asked and not _has_error(found.problems):
        found.problems += _nothing(reader, chosen)
    return Reading(
        layers,
        _in_order(found.problems),
        tuple(Network(candidate.name, candidate.line) for candidate in candidates),
        chosen.name if chosen else "",
        asked,
        _skipped([*reader.skipped, *_unused(reader, drawing, chosen)], offer, asked, found.problems),
        offer,
    )


def _chosen(
    reader: Networks, candidates: list[Candidate], wanted: str
) -> tuple[Drawing, tuple[ReadLayer, ...], Candidate | None, list[SourceProblem]]:
    """The chosen network, drawn: the wanted one, or the last that is read and that no other one uses."""
    named = [candidate for candidate in candidates if candidate.name == wanted]
    used = _used(candidates)
    free = [candidate for candidate in candidates if candidate.value not in used] or candidates
    first: tuple[Drawing, tuple[ReadLayer, ...], Candidate | None, list[SourceProblem]] | None = None
    for candidate in named[-1:] if wanted and named else reversed(free):
        drawing = Drawing(reader)
        layers: tuple[ReadLayer, ...] = ()
        excess: list[SourceProblem] = []
        try:
            layers = drawing.layers(candidate.value)
        except Enough as error:
            excess = [error.problem]
        drawn = (drawing, layers, candidate, excess)
        first = first or drawn
        if layers and not excess and not _has_error(drawing.findings.problems):
            if drawn is not first and first[2] is not None:
                excess.append(_passed_over(first[2], first[0].findings.problems + first[3]))
            return drawn
    return first or (Drawing(reader), (), None, [])


def _passed_over(candidate: Candidate, problems: list[SourceProblem]) -> SourceProblem:
    """What is said of a network that is not read where another one is."""
    why = next((problem for problem in problems if problem.severity == "error"), None)
    reason = f" Line {why.line}: {why.message}" if why else ""
    message = f"{candidate.name} is no chain of layers that is read, so another network was taken.{reason}"
    return SourceProblem(candidate.line, 1, message, "warning")


def _used(candidates: list[Candidate]) -> set[Value]:
    """What lies in one of the networks."""
    seen: set[Value] = set()
    waiting: list[Value] = [part for candidate in candidates for part in parts_of(candidate.value)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list | tuple):
            waiting += value
        elif isinstance(value, MODULES) and value not in seen:
            seen.add(value)
            waiting += parts_of(value)
    return seen


def _nothing(reader: Networks, chosen: Candidate | None) -> list[SourceProblem]:
    """Why there is no network."""
    tree = reader.tree
    if chosen is not None and isinstance(chosen.value, Chain):
        return [tree.problem(chosen.value.node, "This nn.Sequential is empty.")]
    if chosen is not None:
        return [SourceProblem(chosen.line, 1, "No layer of this network is read.")]
    odd = [
        problem for stranger in reader.odd[:_MOST_ODD] if (problem := _meant(reader, stranger)) is not None
    ]
    if odd:
        return odd
    keras = any(reader.names.known(name) or "" for name in ("keras", "tf", "tensorflow"))
    return [SourceProblem(1, 1, _KERAS)] if keras else [_elsewhere(reader) or SourceProblem(1, 1, _NOTHING)]


def _elsewhere(reader: Networks) -> SourceProblem | None:
    """What is said of a layer in a text without a network; None where there is none."""
    for node in (part for statement in reader.tree.body for part in ast.walk(statement)):
        if not isinstance(node, ast.Call):
            continue
        path = reader.names.path(node.func)
        if path.rpartition(".")[2] in {*LAYERS, *LAZY, GROUP}:
            if class_of(path) is not None:
                return reader.tree.problem(node, _APART)
            written = ast.unparse(node.func)[:40]
            return reader.tree.problem(
                node, f"{written} is {path[:60]} here: only PyTorch's torch.nn is read."
            )
    return None


def _meant(reader: Networks, stranger: Stranger) -> SourceProblem | None:
    """What somebody probably meant by a call, where there is nothing else in the text."""
    mixed = _MIXED_UP.fullmatch(stranger.name)
    if mixed is None:
        before = len(reader.findings.problems)
        reader.strange(stranger, stranger.node)
        said = reader.findings.problems[before:]
        del reader.findings.problems[before:]
        return said[0] if said and "Did you mean" in said[0].message else None
    module, name = mixed.groups()
    name = {"tensr": "tensor", "tenser": "tensor", "Tensr": "Tensor"}.get(name, name)
    message = f"{stranger.name} is not known. Did you mean {module}.{name}?"
    return reader.tree.problem(stranger.node, message)


def _asked(found: Iterable[Asked]) -> tuple[Asked, ...]:
    """Each name once, in the order in which they stand in the text."""
    names: dict[str, Asked] = {}
    for asked in sorted(found, key=lambda asked: (asked.line, asked.column)):
        if asked.name not in names or (asked.layer and not names[asked.name].layer):
            first = names.get(asked.name, asked)
            names[asked.name] = Asked(
                asked.name, first.line, first.column, asked.layer, asked.arg, asked.default
            )
    return tuple(names.values())


def _unused(reader: Networks, drawing: Drawing, chosen: Candidate | None) -> list[Skipped]:
    """The layers of a class that its forward does without."""
    found = []
    for module in drawing.unused(chosen.value) if chosen and drawing.read_whole(chosen.value) else ():
        read = module.read if isinstance(module, Layer) else None
        line = read.line if read else reader.tree.place(module.node)[0] if isinstance(module, Chain) else 0
        if line:
            found.append(Skipped(line, reader.tree.line(line), "The forward does not use this."))
    return found


def _skipped(
    found: Iterable[Skipped], offer: Offer, asked: Iterable[Asked], problems: Iterable[SourceProblem]
) -> tuple[Skipped, ...]:
    """What was left out, without the lines of which something is offered, asked for, or said to be wrong."""
    offered = {*offer.lines.values(), *(each.line for each in problems if each.severity == "error")}
    names = tuple(f"{name.name} =" for name in asked)
    kept = [line for line in found if line.line not in offered and not line.text.startswith(names)]
    return tuple(sorted(kept, key=lambda line: line.line)[:_MOST_SKIPPED])


def _has_error(problems: Iterable[SourceProblem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _in_order(problems: Iterable[SourceProblem]) -> tuple[SourceProblem, ...]:
    once = dict.fromkeys(problems)
    return tuple(sorted(once, key=lambda problem: (problem.line, problem.column))[:_MOST_PROBLEMS])
