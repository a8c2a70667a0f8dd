"""Layers that PyTorch builds in an unusual way, read from text: small classes, encoders, lazy layers."""

import inspect

import pytest
import torch

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgSpec, Required
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, Graph
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reader.arguments import FIXED
from tests.interop.test_nested import between_ends
from tests.interop.test_python_reader import problems, short
from tests.interop.test_same_network import run

SMALL = """
class Last(nn.{layer}):
    def forward(self, x):
        {body}

nn.Sequential(Last(4, 8{args}))
"""

SEQUENCE, LAST = {"input_size": 4, "hidden_size": 8}, {"input_size": 4, "hidden_size": 8, "output": "last"}


@pytest.mark.parametrize(
    ("layer", "body", "args"),
    [
        ("LSTM", "return super().forward(x)[0]", SEQUENCE),
        ("LSTM", "out, state = super().forward(x); return out", SEQUENCE),
        ("LSTM", "'doc'; out, (h, c) = super().forward(x); return h[-1]", LAST),
        ("LSTM", "_, (h, _) = super().forward(x); last = h[-1]; return last", LAST),
        ("LSTM", "_, state = super().forward(x); return state[0][-1]", LAST),
        ("GRU", "return super().forward(x)[1][-1]", LAST),
        ("RNN", "out, h = super().forward(x); return h[-1]", LAST),
    ],
)
def test_small_classes_are_read_however_they_are_spelled(
    layer: str, body: str, args: dict[str, object]
) -> None:
    reading = read_source(SMALL.format(layer=layer, body=body, args=""))
    assert reading.ok, reading.problems
    assert reading.problems == ()
    assert short(reading.layers) == [(layer, args)]


@pytest.mark.parametrize(
    ("layer", "body", "args"),
    [
        ("LSTM", "return super().forward(x)", ""),
        ("LSTM", "out, h = super().forward(x); return h[-1]", ""),  # the pair's second: the cell's state
        ("GRU", "out, (h, c) = super().forward(x); return h[-1]", ""),
        ("GRU", "out, h = super().forward(x); return h[0]", ""),
        ("GRU", "out, h = super().forward(out); return out", ""),
        ("GRU", "x, h = super().forward(x); x, h = super().forward(x); return x", ""),
        ("GRU", "print(x); return super().forward(x)[0]", ""),
        ("GRU", "return super().forward(x, None)[0]", ""),
        ("GRU", "return torch.cat((x, x), dim=-1)", ""),
        ("Linear", "return super().forward(x)[0]", ""),
        ("GRU", "_, h = super().forward(x); return h[-1]", ", bidirectional=True"),
        ("GRU", "_, h = super().forward(x); return torch.cat((h[-2], h[-1]), dim=-1)", ""),
        ("GRU", "_, h = super().forward(x); return torch.cat((h[-1], h[-2]), dim=1)", ", bidirectional=True"),
        ("GRU", "_, h = super().forward(x); return torch.cat((h[-2], h[-1]), 1, 2)", ", bidirectional=True"),
    ],
)
def test_other_classes_are_not_taken_for_them(layer: str, body: str, args: str) -> None:
    reading = read_source(SMALL.format(layer=layer, body=body, args=args))
    assert not reading.ok
    assert {problem.line for problem in reading.problems} <= {2, 6}


PASSED_ON = """
class Last(nn.LSTM):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def forward(self, x: torch.Tensor, state=None) -> torch.Tensor:
        out, _ = super(Last, self).forward(x, state)
        return {result}

nn.Sequential(Last(4, 8{args}))
"""


@pytest.mark.parametrize(
    ("result", "args"),
    [
        ("out[:, -1]", ", batch_first=True"),
        ("out[:, -1, :]", ", num_layers=2, batch_first=True"),
        ("out[-1]", ""),
        ("out[-1, :, :]", ", num_layers=3"),
    ],
)
def test_the_last_step_is_the_last_state(result: str, args: str) -> None:
    source = PASSED_ON.format(result=result, args=args)
    reading = read_source(source)
    assert reading.problems == ()
    assert reading.layers[0].args["output"] == "last"
    kind = TensorType((None, 5, 4))
    torch.manual_seed(2)
    drawn = build_sequential(between_ends(reading.fragment(Graph())), kind)
    torch.manual_seed(2)
    imports = "import torch\nfrom torch import nn\n"
    written = run(imports + source.replace("nn.Sequential", "model = nn.Sequential"))
    x = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(1))
    assert torch.equal(drawn(x), written(x))


@pytest.mark.parametrize(
    ("result", "args"),
    [
        ("out[:, -1]", ""),
        ("out[-1]", ", batch_first=True"),
        ("out[:, -1]", ", batch_first=True, bidirectional=True"),
        ("out[:, 0]", ", batch_first=True"),
        ("out[:, :, -1]", ", batch_first=True"),
        ("out[..., -1]", ", batch_first=True"),
    ],
)
def test_other_steps_are_no_state(result: str, args: str) -> None:
    assert not read_source(PASSED_ON.format(result=result, args=args)).ok


@pytest.mark.parametrize(
    "change",
    [
        ("state=None", "state"),
        ("state=None", "state=0"),
        ("(x, state)", "(state, x)"),
        ("(x, state)", "(x, None)"),
        ("(x, state)", "(x, state=state)"),
        ("super(Last, self)", "super(Other, self)"),
        ("super(Last, self)", "self"),
        ("**kwargs)\n\n", "**kwargs)\n        self.out = nn.Linear(4, 3)\n\n"),
        ("__init__(*args, **kwargs)\n\n", "__init__(8, *args, **kwargs)\n\n"),
    ],
)
def test_a_class_that_does_more_is_not_taken_for_it(change: tuple[str, str]) -> None:
    source = PASSED_ON.format(result="out[-1]", args="")
    assert read_source(source).ok
    assert change[0] in source
    assert not read_source(source.replace(*change)).ok


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_never_drawn_may_stand_at_its_default(name: str) -> None:
    spec = LAYERS[name]
    real = {} if spec.inner else inspect.signature(getattr(torch.nn, name)).parameters
    left = {
        key: given.default
        for key, given in real.items()
        if given.kind in {given.POSITIONAL_OR_KEYWORD, given.KEYWORD_ONLY}
        and spec.arg(key) is None
        and key not in {"device", "dtype"}
    }
    assert left == FIXED.get(name, {})
    given = [f"{arg.name}={_odd(arg)!r}" for arg in spec.args if _is_left(arg, [])]
    for key, value in left.items():
        call = f"nn.{name}({', '.join([*given, f'{key}={value!r}'])})"
        assert read_source(call).problems == ()
        assert (
            f"is drawn with {key}={value} only" in problems(call.replace(f"{key}={value!r}", f"{key}=7"))[0]
        )


def test_a_class_of_the_text_hides_the_layer_of_its_name() -> None:
    reading = read_source("class Linear(nn.Module):\n    pass\n\nnn.Sequential(Linear(4, 3))")
    assert not reading.ok
    assert reading.layers == ()


def test_a_plain_recurrent_layer_hands_on_its_sequence_and_says_so() -> None:
    reading = read_source("nn.Sequential(nn.LSTM(4, 8))")
    assert reading.ok
    assert short(reading.layers) == [("LSTM", SEQUENCE)]
    assert problems("nn.Sequential(nn.LSTM(4, 8))")[0].startswith("1:15: nn.LSTM returns a pair")
    assert "has no argument output" in problems("nn.LSTM(4, 8, output='last')")[-1]


ENCODER = {"d_model": 8, "nhead": 2, "num_layers": 3}


@pytest.mark.parametrize(
    ("call", "args", "said"),
    [
        ("nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 3)", ENCODER, ""),
        (
            "nn.TransformerEncoder(num_layers=3, encoder_layer=nn.TransformerEncoderLayer(8, nhead=2))",
            ENCODER,
            "",
        ),
        ("nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 3, norm=None)", ENCODER, ""),
        (
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, bias=False), 3, mask_check=False)",
            {**ENCODER, "bias": False},
            "mask_check is left out: it changes nothing but how fast",
        ),
        ("nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 3, norm=nn.LayerNorm(8))", None, "norm"),
        (
            "nn.TransformerEncoder(layer, 3)",
            None,
            "is read with nn.TransformerEncoderLayer(...)",
        ),
        ("nn.TransformerEncoder()", None, "is read with nn.TransformerEncoderLayer(...)"),
        ("nn.TransformerEncoder(nn.Linear(8, 2), 3)", None, "is read with nn.TransformerEncoderLayer(...)"),
        (
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(8), 3)",
            None,
            "Layer needs nhead",
        ),
        (
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2))",
            None,
            "Encoder needs num_layers",
        ),
    ],
)
def test_an_encoder_is_read_with_the_layer_that_it_repeats(
    call: str, args: dict[str, object] | None, said: str
) -> None:
    reading = read_source(call)
    assert reading.ok == (args is not None), reading.problems
    assert args is None or short(reading.layers) == [("TransformerEncoder", args)]
    assert said in " ".join(problems(call))


@pytest.mark.parametrize("name", sorted(LAZY))
def test_lazy_classes_are_layers_that_find_their_size(name: str) -> None:
    lazy, spec = getattr(torch.nn, name), LAYERS[LAZY[name]]
    given = [arg for arg in spec.args if isinstance(arg.default, Required) and arg.follows is None]
    text = f"nn.{name}({', '.join('3' for _ in given)})"
    reading = read_source(text)
    assert reading.ok, reading.problems
    assert spec.args[0].name not in reading.layers[0].args
    made = lazy(*[3 for _ in given])
    for arg in spec.args[1:]:
        value = reading.layers[0].args.get(arg.name, arg.default)
        real = getattr(made, arg.name, None)
        assert arg.name in {"bias", "device", "dtype"} or real in (value, (value,) * len(_tuple(real)))


def test_every_lazy_class_of_torch_is_known() -> None:
    found = {name for name in dir(torch.nn) if name.startswith("Lazy")}
    assert found == LAZY.keys()


def _tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


@pytest.mark.parametrize("name", LAYERS)
def test_arguments_without_names_go_where_torch_puts_them(name: str) -> None:
    spec = LAYERS[name]
    if spec.inner or issubclass(getattr(torch.nn, name), torch.nn.RNNBase):
        return  # their constructors take whatever comes; what is written of them runs in test_same_network
    places = list(inspect.signature(getattr(torch.nn, name)).parameters)
    for count in range(1, len(places) + 1):
        declared = [spec.arg(place) for place in places[:count]]
        if None in declared:
            break
        values = [repr(_odd(arg)) for arg in declared if arg is not None]
        named = [f"{place}={value}" for place, value in zip(places, values, strict=False)]
        rest = [f"{arg.name}={_odd(arg)!r}" for arg in spec.args if _is_left(arg, places[:count])]
        plain = read_source(f"nn.{name}({', '.join([*values, *rest])})")
        assert plain.ok, plain.problems
        assert plain.layers[0].args == read_source(f"nn.{name}({', '.join([*named, *rest])})").layers[0].args


def _is_left(arg: ArgSpec, places: list[str]) -> bool:
    return isinstance(arg.default, Required) and arg.name not in places


def _odd(arg: ArgSpec) -> ArgValue:
    """A value of an argument, where there is one not its default."""
    others = [True, False, *arg.choices, 1, 2, 0.25, (2,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1,) * 6, None]
    fitting = (value for value in others if arg.fault(value) is None and value != arg.default)
    return next(fitting, arg.start)
