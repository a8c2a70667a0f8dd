"""What `nnbuilder import` tells of a text: what was taken, what was skipped and why, what it asks for."""

from typing import TYPE_CHECKING, Any

from nnbuilder.cli.output import say
from nnbuilder.project.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nnbuilder.interop.reading import Reading, ReadLayer


def findings(reading: "Reading") -> tuple[Problem, ...]:
    """The problems of a text, each with its line."""
    return tuple(
        Problem(
            severity=problem.severity,
            code="source",
            message=problem.message,
            line=problem.line,
        )
        for problem in reading.problems
    )


def heard_of(reading: "Reading") -> tuple[Problem, ...]:
    """Why a text was not taken: its problems, and each name that it leaves open."""
    return (*findings(reading), *map(_question, _names(reading)))


def _question(named: tuple[str, int, str]) -> Problem:
    name, line, wanted = named
    message = f"The text does not say what {name} is{wanted}: add --set {name}=VALUE."
    return Problem("error", "asked", message, line=line)


def _names(reading: "Reading") -> "Iterable[tuple[str, int, str]]":
    for asked in reading.asked:
        goes = f", the {asked.arg} of {asked.layer}" if asked.layer and asked.arg else ""
        yield asked.name, asked.line, goes


def report_answer(reading: "Reading") -> dict[str, Any]:
    """The report as JSON."""
    offer = reading.offer
    found = {
        "loss": offer.loss or None,
        "loss_args": dict(offer.loss_args),
        "optimizer": offer.optimizer or None,
        "optimizer_args": dict(offer.optimizer_args),
        "batch_size": offer.batch_size,
        "epochs": offer.epochs,
    }
    return {
        "networks": [network.name for network in reading.networks],
        "chosen": reading.chosen,
        "imported": _count(reading.layers),
        "asked": [asked.name for asked in reading.asked],
        "problems": [
            {
                "severity": problem.severity,
                "message": problem.message,
                "line": problem.line,
                "column": problem.column,
            }
            for problem in reading.problems
        ],
        "skipped": [{"line": one.line, "text": one.text, "why": one.why} for one in reading.skipped],
        "training": found,
    }


def _count(layers: "tuple[ReadLayer, ...]") -> int:
    """How many layers there are, groups opened."""
    return sum(_count(layer.layers) if layer.layers else 1 for layer in layers)


def tell(reading: "Reading") -> None:
    """Says it for people, on stderr."""
    if len(reading.networks) > 1:
        names = ", ".join(network.name for network in reading.networks)
        say(f"note: The text holds several networks ({names}); {reading.chosen} is taken.")
    for problem in reading.problems:
        say(f"{problem.severity}: line {problem.line}: {problem.message}")
    for one in reading.skipped:
        say(f"skipped: line {one.line}: {one.text}\n  {one.why}")
    offer = reading.offer
    taken = [
        *([f"loss {offer.loss}"] if offer.loss else []),
        *([f"optimizer {offer.optimizer}"] if offer.optimizer else []),
        *([f"batch size {offer.batch_size}"] if offer.batch_size else []),
        *([f"{offer.epochs} epochs"] if offer.epochs else []),
    ]
    if taken:
        say(f"note: For the training the text says: {', '.join(taken)}.")
