"""Recurrent layers: what one cell does at one step, gate by gate.

A cell is worked out with what PyTorch itself keeps from the step before; the layers below the top one, and
the dropout between them, are run again as in the pass.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, inner, line, listed, number, products, shown
from nnbuilder.protocol.worked import Line, Worked

_CLASSES: dict[str, Any] = {"LSTM": nn.LSTM, "GRU": nn.GRU, "RNN": nn.RNN}


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """The top layer in one direction at one step of one row.

    `x` is what comes in there, `h` and `c` the memory of the step before, `h_after` and `c_after` the new one
    as PyTorch has it; `unit` is the chosen number of the memory. Only an LSTM has `c`.
    """

    layer: nn.Module
    x: torch.Tensor
    h: torch.Tensor
    c: torch.Tensor
    h_after: torch.Tensor
    c_after: torch.Tensor
    unit: int
    title: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A sum of a gate: what comes of the input or of the memory; `lines` write it out."""

    lines: tuple[Line, ...]
    value: float
    size: float


def rnn(case: Case) -> Worked:
    """RNN: the input and the memory, each times its weights, through tanh or ReLU."""
    cell = cell_of(case)
    word = case.module.nonlinearity
    x, h = _part(cell, "ih", 0, "x"), _part(cell, "hh", 0, "h")
    text = f"{word}({inner(x.value)} + {inner(h.value)})"
    worked = Amount(text, _apply(word, x.value + h.value), _slack(x, h))
    lines = (*x.lines, *h.lines, line(f"h[{cell.unit}]", worked, case.torchs))
    formula = f"h = {word}(W_ih·x + b_ih + W_hh·h_before + b_hh)"
    return Worked(cell.title, formula, lines, cell.notes)


def gru(case: Case) -> Worked:
    """GRU: a gate that resets the memory, one that keeps it, and what is new."""
    cell = cell_of(case)
    unit = cell.unit
    lines: list[Line] = []
    gates = []
    for place, name in enumerate(("r", "z")):
        gate, more = _gate(cell, place, name, "sigmoid")
        gates.append(gate)
        lines += more
    reset, keep = gates
    x, h = _part(cell, "ih", 2, "x"), _part(cell, "hh", 2, "h")
    lines += [Line("new memory n:"), *x.lines, *h.lines]
    new = _apply("tanh", x.value + reset.value * h.value)
    text = f"tanh({inner(x.value)} + {shown(reset.value)}·{inner(h.value)})"
    rows = [_row(cell, kind, 2) for kind in ("ih", "hh")]
    own = torch.tanh(rows[0] + torch.sigmoid(_row(cell, "ih", 0) + _row(cell, "hh", 0)) * rows[1])
    lines.append(line("n", Amount(text, new, _slack(x, h)), float(own)))
    before = number(cell.h, (unit,))
    text = f"(1 - {shown(keep.value)})·{inner(new)} + {shown(keep.value)}·{inner(before)}"
    value = (1 - keep.value) * new + keep.value * before
    worked = Amount(text, value, abs(before) + _slack(x, h) + keep.size * abs(before))
    lines.append(line(f"h[{unit}]", worked, case.torchs))
    formula = "h = (1 - z)·n + z·h_before, n = tanh(x part + r·h part)"
    return Worked(cell.title, formula, tuple(lines), cell.notes)


def lstm(case: Case) -> Worked:
    """LSTM: what is let in, what is forgotten, what is new and what is shown of the memory."""
    cell = cell_of(case)
    lines: list[Line] = []
    gates: dict[str, Amount] = {}
    for place, (name, word) in enumerate(_LSTM_GATES):
        gates[name], more = _gate(cell, place, name, word)
        lines += more
    i, f, g, o = (gates[name] for name in "ifgo")
    before = number(cell.c, (cell.unit,))
    memory = f.value * before + i.value * g.value
    text = f"{shown(f.value)}·{inner(before)} + {shown(i.value)}·{inner(g.value)}"
    size = abs(before) * (1 + f.size) + i.size + g.size + 1
    lines.append(line(f"c[{cell.unit}]", Amount(text, memory, size), number(cell.c_after, (cell.unit,))))
    shown_part = o.value * _apply("tanh", memory)
    worked = Amount(f"{shown(o.value)}·tanh({shown(memory)})", shown_part, size + o.size)
    if not case.module.proj_size:
        lines.append(line(f"h[{cell.unit}]", worked, case.torchs))
        return Worked(cell.title, _LSTM, tuple(lines), cell.notes)
    lines.append(Line(f"o·tanh(c) of cell {cell.unit} = {worked.text} = {shown(worked.value)}"))
    projected = products(
        list(zip(listed(_shown_memory(cell)), listed(_weight(cell, "hr")[cell.unit]), strict=True))
    )
    lines.append(line(f"h[{cell.unit}] = Σ all cells · W_hr", projected, case.torchs))
    return Worked(cell.title, f"{_LSTM}, then W_hr·h", tuple(lines), cell.notes)


_LSTM = "c = f·c_before + i·g, h = o·tanh(c)"

_LSTM_GATES = (("i", "sigmoid"), ("f", "sigmoid"), ("g", "tanh"), ("o", "sigmoid"))

_NAMES = {
    "i": "input gate i",
    "f": "forget gate f",
    "g": "new memory g",
    "o": "output gate o",
    "r": "reset gate r",
    "z": "update gate z",
}


def cell_of(case: Case) -> Cell:
    """The cell that the chosen number comes from."""
    module = case.module
    x, row, step, unit = _found(case)
    width = getattr(module, "proj_size", 0) or module.hidden_size
    direction, unit = divmod(unit, width)
    if not (case.training and module.dropout):
        x, index = x[:, row : row + 1], 0
    else:
        index = row
    with case.replaying():
        for level in range(module.num_layers - 1):
            x, _ = _single(module, level, both=module.bidirectional)(x)
            x = functional.dropout(x, module.dropout, case.training)
    suffix = "_reverse" if direction else ""
    layer = _single(module, module.num_layers - 1, suffix=suffix)
    x, at_ = (x.flip(0), len(x) - 1 - step) if direction else (x, step)
    with torch.no_grad():
        before = _memory(layer, x[:at_, index : index + 1], width)
        after = _memory(layer, x[: at_ + 1, index : index + 1], width)
    notes = ["Before the first step the memory is 0."] if at_ == 0 else []
    if module.num_layers > 1:
        below = module.num_layers - 1
        notes.append(f"x is what the {f'{below} layers' if below > 1 else 'layer'} below give at this step.")
    if getattr(module, "output", "") == "last":
        notes.append("Only the last state goes on; with output = sequence every step can be looked at.")
    way = ", read backwards" if direction else ""
    title = f"{case.name}: unit {unit}, step {step}{way}, row {row}"
    return Cell(layer, x[at_, index], *before, *after, unit, title, tuple(notes))


def _found(case: Case) -> tuple[torch.Tensor, int, int, int]:
    """The input as (steps, rows, features), and the row, step and unit of the chosen number."""
    module, x, place = case.module, case.input, case.place
    if x.dim() == 2:
        x, place = x.unsqueeze(1), (place[0], 0, *place[1:]) if len(place) == 2 else (0, *place)
    elif module.batch_first:
        x = x.transpose(0, 1)
        place = (place[1], place[0], place[2]) if len(place) == 3 else place
    if len(place) == 3:
        return x, place[1], place[0], place[2]
    row, unit = place
    width = getattr(module, "proj_size", 0) or module.hidden_size
    return x, row, 0 if unit >= width else len(x) - 1, unit


def _single(module: Any, level: int, suffix: str = "", *, both: bool = False) -> Any:
    """One layer of several as one of its own, in PyTorch's class, with the same weights."""
    own = dict(module.named_parameters())
    suffixes = ("", "_reverse") if both else (suffix,)
    state = {
        name.replace(f"_l{level}{one}", f"_l0{one if both else ''}"): own[name].detach()
        for one in suffixes
        for name in own
        if name.endswith(f"_l{level}{one}")
    }
    more: dict[str, Any] = {"nonlinearity": module.nonlinearity} if module.mode.startswith("RNN") else {}
    if getattr(module, "proj_size", 0):
        more["proj_size"] = module.proj_size
    layer = _CLASSES[module.mode.partition("_")[0]](
        state["weight_ih_l0"].shape[1],
        module.hidden_size,
        bias=module.bias,
        bidirectional=both,
        device="meta",
        **more,
    )
    layer.load_state_dict(state, assign=True)
    return layer


def _memory(layer: Any, x: torch.Tensor, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What a layer has in its memory behind some steps of one row: h, and c of an LSTM."""
    if not len(x):
        return torch.zeros(width, dtype=x.dtype), torch.zeros(layer.hidden_size, dtype=x.dtype)
    _, state = layer(x)
    if isinstance(state, tuple):
        return state[0].flatten(), state[1].flatten()
    return state.flatten(), state.flatten()


def _weight(cell: Cell, kind: str) -> torch.Tensor:
    return cell.layer.get_parameter(f"weight_{kind}_l0").detach()


def _bias(cell: Cell, kind: str) -> torch.Tensor | None:
    found = dict(cell.layer.named_parameters()).get(f"bias_{kind}_l0")
    return None if found is None else found.detach()


def _given(cell: Cell, kind: str) -> torch.Tensor:
    return cell.x if kind == "ih" else cell.h


def _at(cell: Cell, gate: int) -> int:
    """Which row of the weights the chosen unit of a gate has."""
    return gate * int(getattr(cell.layer, "hidden_size", 0)) + cell.unit


def _row(cell: Cell, kind: str, gate: int) -> torch.Tensor:
    """PyTorch's sum of a gate's input or memory part."""
    at_, bias = _at(cell, gate), _bias(cell, kind)
    weight = _weight(cell, kind)[at_ : at_ + 1]
    return functional.linear(_given(cell, kind), weight, None if bias is None else bias[at_ : at_ + 1])[0]


def _part(cell: Cell, kind: str, gate: int, name: str) -> Part:
    """A gate's sum over the input ("ih") or the memory ("hh")."""
    at_, bias = _at(cell, gate), _bias(cell, kind)
    more = [] if bias is None else [number(bias, (at_,))]
    pairs = list(zip(listed(_given(cell, kind)), listed(_weight(cell, kind)[at_]), strict=True))
    worked = products(pairs, more)
    label = f"  from {name}: W_{kind}[{at_}]·{name}" + (f" + b_{kind}[{at_}]" if more else "")
    own = line(label, worked, float(_row(cell, kind, gate)))
    return Part((own,), worked.value, worked.size)


def _gate(cell: Cell, place: int, name: str, word: str) -> tuple[Amount, list[Line]]:
    """A gate: both sums, then squeezed by sigmoid or tanh."""
    x, h = _part(cell, "ih", place, "x"), _part(cell, "hh", place, "h")
    text = f"{word}({inner(x.value)} + {inner(h.value)})"
    worked = Amount(text, _apply(word, x.value + h.value), _slack(x, h))
    rows = _row(cell, "ih", place) + _row(cell, "hh", place)
    torchs = float(torch.sigmoid(rows) if word == "sigmoid" else torch.tanh(rows))
    return worked, [Line(f"{_NAMES[name]}:"), *x.lines, *h.lines, line(f"  {name}", worked, torchs)]


def _slack(x: Part, h: Part) -> float:
    """How large the parts of a sum are, for rounding."""
    return x.size + h.size


def _apply(word: str, value: float) -> float:
    found: torch.Tensor = getattr(torch, word)(torch.tensor(value, dtype=torch.float64))
    return float(found)


def _shown_memory(cell: Cell) -> torch.Tensor:
    """o·tanh(c) of every cell, for the projection behind it."""
    size = len(cell.c_after)
    sums = [
        functional.linear(_given(cell, kind), _weight(cell, kind)[3 * size :], None)
        + (0 if (bias := _bias(cell, kind)) is None else bias[3 * size :])
        for kind in ("ih", "hh")
    ]
    return torch.sigmoid(sums[0] + sums[1]) * torch.tanh(cell.c_after)
