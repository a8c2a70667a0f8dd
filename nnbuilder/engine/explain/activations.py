"""Activation functions of one number."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, number, shown
from nnbuilder.protocol.worked import Curve, Line, Worked

POINTS = 121
"""Points of a curve."""

MARKS = 300
"""Values of a pass that are marked on a curve at most."""

Written = tuple[str, float]
"""The arithmetic with its number in place, and what it gives."""

Function = Callable[[float, nn.Module], Written]


def activation(case: Case) -> Worked:
    """The number before, the rule with it in place, the number after, and the curve with this layer's own."""
    formula, function = FUNCTIONS[case.name]
    z = float(case.input[case.place])
    text, value = function(z, case.module)
    notes: tuple[str, ...] = ()
    if not case.output.is_floating_point() and value != math.trunc(value):
        notes = (f"These are whole numbers: PyTorch makes {math.trunc(value)} of {shown(value)}.",)
        value = float(math.trunc(value))
    worked = Amount(text, value, abs(z))
    lines = (
        Line(f"before: {at('z', case.place)} = {shown(z)}"),
        line(f"after: {at('a', case.place)}", worked, case.torchs),
    )
    return Worked(f"{case.name} of one number", formula, lines, notes, curve(case))


def curve(case: Case) -> Curve:
    """The function over what this pass has brought to it; every point is PyTorch's."""
    low, high = _ends(case.input.detach())
    x = torch.linspace(min(low, -4.0), max(high, 4.0), POINTS)
    z, a = case.input.detach().flatten(), case.output.detach().flatten()
    step = max(1, len(z) // MARKS)
    marks = [(float(case.input[case.place]), case.torchs)]
    marks += list(zip(z[::step].tolist(), a[::step].tolist(), strict=True))
    own = [(one, other) for one, other in marks if math.isfinite(one) and math.isfinite(other)]
    return Curve(case.name, tuple(x.tolist()), tuple(_on(case, x).tolist()), tuple(own))


def _ends(values: torch.Tensor) -> tuple[float, float]:
    """The least and the largest finite number."""
    low, high = map(float, values.aminmax())
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = values[values.isfinite()]
        low, high = map(float, finite.aminmax()) if len(finite) else (0.0, 0.0)
    return low, high


def _on(case: Case, x: torch.Tensor) -> torch.Tensor:
    """The function on many numbers; a PReLU with a slope for each channel takes the chosen one's."""
    module = case.module
    if isinstance(module, nn.PReLU):
        return torch.nn.functional.prelu(
            x, module.weight.detach()[_channel(case) : _channel(case) + 1].float()
        )
    was = module.training
    module.eval()
    try:
        with torch.no_grad():
            y: torch.Tensor = module(x.clone().to(case.input.dtype)).float()
    finally:
        module.training = was
    return y


def _channel(case: Case) -> int:
    many = case.module.weight.numel() > 1 and len(case.place) > 1
    return case.place[1] if many else 0


def prelu(case: Case) -> Worked:
    """PReLU: below zero times a slope that is learned."""
    z, slope = float(case.input[case.place]), number(case.module.weight, (_channel(case),))
    text, value = (f"max(0, {shown(z)})", z) if z >= 0 else (f"{inner(slope)}·{inner(z)}", slope * z)
    worked = line(f"after: {at('a', case.place)}", Amount(text, value, abs(value)), case.torchs)
    before = Line(f"before: {at('z', case.place)} = {shown(z)}")
    formula = "z where z ≥ 0, else weight·z"
    return Worked("PReLU of one number", formula, (before, worked), (), curve(case))


def rrelu(case: Case) -> Worked:
    """RReLU: below zero times the mean slope, or in train mode a slope that was drawn."""
    z, module = float(case.input[case.place]), case.module
    slope = (module.lower + module.upper) / 2
    notes: tuple[str, ...] = ()
    if module.training and z < 0:
        slope = case.torchs / z
        notes = (f"In train mode the slope is drawn from {module.lower:.3g} to {module.upper:.3g}.",)
    text, value = (shown(z), z) if z >= 0 else (f"{inner(slope)}·{inner(z)}", slope * z)
    lines = (
        Line(f"before: {at('z', case.place)} = {shown(z)}"),
        line(f"after: {at('a', case.place)}", Amount(text, value, abs(value)), case.torchs),
    )
    return Worked("RReLU of one number", "z where z ≥ 0, else slope·z", lines, notes, curve(case))


def glu(case: Case) -> Worked:
    """GLU: the first half times the sigmoid of the second."""
    dim = case.module.dim % case.input.dim()
    half = case.output.shape[dim]
    other = tuple(one + half if at_ == dim else one for at_, one in enumerate(case.place))
    a, b = float(case.input[case.place]), float(case.input[other])
    worked = Amount(f"{inner(a)}·sigmoid({shown(b)})", a * _sigmoid(b), abs(a))
    lines = (line(at("y", case.place), worked, case.torchs),)
    return Worked("GLU of two numbers", "a·sigmoid(b), a from the first half, b from the second", lines)


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _softplus(z: float, beta: float = 1.0, threshold: float = 20.0) -> float:
    return z if z * beta > threshold else (max(z * beta, 0) + math.log1p(math.exp(-abs(z * beta)))) / beta


def _own(module: nn.Module, name: str) -> float:
    return float(getattr(module, name))


def _pieces(above: bool, high: Written, low: Written) -> Written:
    return high if above else low


def _leaky(z: float, m: nn.Module) -> Written:
    slope = _own(m, "negative_slope")
    return _pieces(z >= 0, (shown(z), z), (f"{inner(slope)}·{inner(z)}", slope * z))


def _elu(z: float, m: nn.Module) -> Written:
    alpha = _own(m, "alpha")
    low = alpha * math.expm1(min(z, 0))
    return _pieces(z > 0, (shown(z), z), (f"{shown(alpha)}·(exp({shown(z)}) - 1)", low))


def _celu(z: float, m: nn.Module) -> Written:
    alpha = _own(m, "alpha")
    low = alpha * math.expm1(min(z / alpha, 0))
    return _pieces(z > 0, (shown(z), z), (f"{shown(alpha)}·(exp({shown(z)}/{inner(alpha)}) - 1)", low))


def _selu(z: float, _m: nn.Module) -> Written:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    low = scale * alpha * math.expm1(min(z, 0))
    text = f"1.0507·1.6733·(exp({shown(z)}) - 1)"
    return _pieces(z > 0, (f"1.0507·{inner(z)}", scale * z), (text, low))


def _gelu(z: float, m: nn.Module) -> Written:
    if getattr(m, "approximate", "none") == "tanh":
        text = f"0.5·{inner(z)}·(1 + tanh(0.79788·({shown(z)} + 0.044715·{inner(z)}³)))"
        return text, 0.5 * z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    return f"{inner(z)}·½(1 + erf({shown(z)}/√2))", z * 0.5 * math.erfc(-z / math.sqrt(2))


def _softplus_of(z: float, m: nn.Module) -> Written:
    beta = _own(m, "beta")
    text = f"log(1 + exp({inner(beta)}·{inner(z)}))/{inner(beta)}"
    return text, _softplus(z, beta, _own(m, "threshold"))


def _clamped(low: str, high: str) -> Function:
    def function(z: float, m: nn.Module) -> Written:
        least, most = _own(m, low), _own(m, high)
        return f"min(max({shown(z)}, {shown(least)}), {shown(most)})", min(max(z, least), most)

    return function


def _hard_sigmoid(z: float) -> float:
    return min(max(z + 3, 0), 6) / 6


def _hardshrink(z: float, m: nn.Module) -> Written:
    limit = _own(m, "lambd")
    return _pieces(
        abs(z) > limit, (f"{shown(z)}: beyond {shown(limit)}", z), (f"0: within {shown(limit)}", 0.0)
    )


def _softshrink(z: float, m: nn.Module) -> Written:
    limit = _own(m, "lambd")
    value = math.copysign(max(abs(z) - limit, 0), z)
    return f"sign·max(|{shown(z)}| - {shown(limit)}, 0)", value


def _threshold(z: float, m: nn.Module) -> Written:
    limit, value = _own(m, "threshold"), _own(m, "value")
    below = (f"{shown(value)}: {shown(z)} is not above {shown(limit)}", value)
    return _pieces(z > limit, (f"{shown(z)}: above {shown(limit)}", z), below)


FUNCTIONS: Mapping[str, tuple[str, Function]] = {
    "ReLU": ("max(0, z)", lambda z, _m: (f"max(0, {shown(z)})", max(0.0, z))),
    "LeakyReLU": ("z where z ≥ 0, else slope·z", _leaky),
    "ELU": ("z where z > 0, else alpha·(exp(z) - 1)", _elu),
    "SELU": ("1.0507·z where z > 0, else 1.0507·1.6733·(exp(z) - 1)", _selu),
    "CELU": ("z where z > 0, else alpha·(exp(z/alpha) - 1)", _celu),
    "GELU": ("z·Φ(z), Φ the normal distribution", _gelu),
    "SiLU": ("z·sigmoid(z)", lambda z, _m: (f"{inner(z)}·sigmoid({shown(z)})", z * _sigmoid(z))),
    "Mish": (
        "z·tanh(softplus(z))",
        lambda z, _m: (f"{inner(z)}·tanh(softplus({shown(z)}))", z * math.tanh(_softplus(z))),
    ),
    "Softplus": ("log(1 + exp(beta·z))/beta", _softplus_of),
    "Sigmoid": ("1/(1 + exp(-z))", lambda z, _m: (f"1/(1 + exp({shown(-z)}))", _sigmoid(z))),
    "LogSigmoid": (
        "log(1/(1 + exp(-z)))",
        lambda z, _m: (f"log(1/(1 + exp({shown(-z)})))", -_softplus(-z, 1.0, 1e9)),
    ),
    "Tanh": ("tanh(z)", lambda z, _m: (f"tanh({shown(z)})", math.tanh(z))),
    "Tanhshrink": ("z - tanh(z)", lambda z, _m: (f"{shown(z)} - tanh({shown(z)})", z - math.tanh(z))),
    "Softsign": ("z/(1 + |z|)", lambda z, _m: (f"{inner(z)}/(1 + |{shown(z)}|)", z / (1 + abs(z)))),
    "Hardtanh": ("min(max(z, least), most)", _clamped("min_val", "max_val")),
    "ReLU6": ("min(max(z, 0), 6)", lambda z, _m: (f"min(max({shown(z)}, 0), 6)", min(max(z, 0.0), 6.0))),
    "Hardsigmoid": (
        "min(max(z + 3, 0), 6)/6",
        lambda z, _m: (f"min(max({shown(z)} + 3, 0), 6)/6", _hard_sigmoid(z)),
    ),
    "Hardswish": (
        "z·min(max(z + 3, 0), 6)/6",
        lambda z, _m: (f"{inner(z)}·min(max({shown(z)} + 3, 0), 6)/6", z * _hard_sigmoid(z)),
    ),
    "Hardshrink": ("z beyond lambd, else 0", _hardshrink),
    "Softshrink": ("z moved towards 0 by lambd", _softshrink),
    "Threshold": ("z above the threshold, else the value", _threshold),
}
"""Functions of one number: the rule in general, and with a number in place."""
