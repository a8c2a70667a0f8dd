"""Damages project files the way people, other programs and attackers do: on the parsed tree."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    0.5,
    2**31 - 1,
    2**31,
    10**30,
    -1e308,
    1e-320,
    float("nan"),
    float("inf"),
    "",
    "0",
    "Linear",
    "../../etc/passwd",
    "\\\\host\\share",
    "a.b",
    "\0",
    "\ud800",
    "ä\U0001f600\u202e",
    "x" * 70_000,
    [],
    {},
    [[]],
    [1, "a", None],
    {"a": {"b": {}}},
    [["n1", "n1"]],
)
"""Values of wrong types, wrong ranges and wrong characters."""

Place = tuple[Any, Any]
"""A container and the key or index of one thing in it."""


def mutate(text: str, chance: random.Random) -> str:
    """The same project with a few things wrong, as text."""
    if chance.random() < 0.05:
        return _mutate_text(text, chance)
    tree = json.loads(text)
    for _ in range(chance.randint(1, 4)):
        if not (places := list(_places(tree))):
            break
        chance.choice(MUTATIONS)(chance.choice(places), places, chance)
    return json.dumps(tree)


def _replace(place: Place, _others: list[Place], chance: random.Random) -> None:
    holder, key = place
    holder[key] = copy.deepcopy(chance.choice(ODD))


def _remove(place: Place, places: list[Place], _chance: random.Random) -> None:
    holder, key = place
    if isinstance(holder, dict) or key < len(holder):
        del holder[key]
        places.clear()


def _exchange(place: Place, places: list[Place], chance: random.Random) -> None:
    holder, key = place
    other, name = chance.choice(places)
    holder[key] = copy.deepcopy(other[name])


def _rename(place: Place, places: list[Place], chance: random.Random) -> None:
    holder, key = place
    if isinstance(holder, dict):
        holder[chance.choice(["", "type", "a.b", "x" * 300, "ä", "nodes", "\udfff"])] = holder.pop(key)
        places.clear()


def _add(place: Place, _others: list[Place], chance: random.Random) -> None:
    holder, _ = place
    value = copy.deepcopy(chance.choice(ODD))
    if isinstance(holder, dict):
        holder[chance.choice(["extra", "args", "x", "kind", "n1"])] = value
    else:
        holder.append(value)


def _repeat(place: Place, _others: list[Place], chance: random.Random) -> None:
    holder, _ = place
    if isinstance(holder, list) and len(holder) < 1000:
        holder.extend(copy.deepcopy(holder) * chance.choice([1, 3]))


def _bury(place: Place, _others: list[Place], chance: random.Random) -> None:
    holder, key = place
    for _ in range(chance.choice([1, 5, 40])):
        holder[key] = [holder[key]] if chance.random() < 0.5 else {"a": holder[key]}


MUTATIONS: tuple[Callable[[Place, list[Place], random.Random], None], ...] = (
    _replace,
    _replace,
    _replace,
    _remove,
    _exchange,
    _rename,
    _add,
    _repeat,
    _bury,
)
"""Each changes the tree at or around one place."""


def _places(tree: Any) -> list[Place]:
    places: list[Place] = []
    todo = [tree]
    while todo:
        holder = todo.pop()
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        places += [(holder, key) for key in keys]
        todo += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return places


def _mutate_text(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.randint(1, 30))
    return chance.choice(
        [
            text[:start],
            text[:start] + text[end:],
            text[:start] + text[start:end] * 2 + text[end:],
            text[:start] + chance.choice(["NaN", "}", '"', "\\u", "\0", ","]) + text[start:],
        ]
    )
