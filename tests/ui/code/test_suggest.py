"""What is offered at the caret, from the catalogue's declarations."""

import pytest

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.ui.code.signature import signature_of, takes
from nnbuilder.ui.code.suggest import Offer, module_name, offer_at
from nnbuilder.ui.code.syntax import spot_at
from tests.ui.code.test_syntax import at


def offered(text: str, *, asked: bool = False) -> list[str]:
    """What is offered where `|` stands."""
    found = offer_at(*at(text), asked=asked)
    return [one.text for one in found.suggestions] if found else []


def test_every_layer_is_offered_behind_the_module() -> None:
    assert set(offered("nn.|")) == {*LAYERS, "Sequential"}
    assert offered("nn.Lin|")[0] == "Linear"
    assert offered("torch.nn.drop|")[0] == "Dropout"
    assert offered("from torch import nn as layers\nlayers.rel|")[0] == "ReLU"
    assert "ReLU" not in offered("other.rel|")


def test_a_suggestion_tells_its_help_and_what_it_writes() -> None:
    offer = offer_at(*at("nn.Lin|"))
    assert isinstance(offer, Offer)
    best = offer.suggestions[0]
    assert (best.insert, best.back) == ("Linear()", 1)
    assert best.detail == LAYERS["Linear"].summary
    assert offer.start == 3
    relu = offer_at(*at("nn.ReLU|"))
    assert relu is not None
    assert (relu.suggestions[0].insert, relu.suggestions[0].back) == ("ReLU()", 0)
    called = offer_at(*at("nn.Lin|(4)"))
    assert called is not None
    assert called.suggestions[0].insert == "Linear"


def test_a_word_alone_becomes_a_layer_where_an_entry_begins() -> None:
    assert offered("nn.Sequential(\n    Lin|")[0] == "nn.Linear"
    assert offered("model|") == []
    assert offered("Lin|", asked=True)[0] == "nn.Linear"
    assert "nn.Linear" in offered("nn.Sequential(|", asked=True)
    assert offered("nn.Sequential(|") == []


def test_arguments_that_are_left() -> None:
    assert offered("nn.Linear(4, 3, b|") == ["bias="]
    assert offered("nn.Linear(|") == []
    assert offered("nn.Linear(|", asked=True) == ["in_features=", "out_features=", "bias="]
    assert offered("nn.Linear(4, bias=False, |", asked=True) == ["out_features="]
    assert "kernel_size=" in offered("nn.Conv2d(1, 2, size|")


def test_values_of_an_argument() -> None:
    assert offered("nn.Linear(4, 3, bias=|") == ["True", "False"]
    assert offered("nn.Linear(4, 3, bias=F|") == ["False"]
    assert '"reflect"' in offered("nn.Conv2d(1, 2, 3, padding_mode=|")
    assert offered("nn.Conv2d(1, 2, 3, padding_mode='re|'") == ["reflect", "replicate"]
    assert offered("nn.Linear(in_features=|") == []


@pytest.mark.parametrize("text", ["# nn.|", "'nn.|", "x = 'nn.Lin|'"])
def test_nothing_is_offered_outside_code(text: str) -> None:
    assert offered(text, asked=True) == []


def test_the_name_of_the_module() -> None:
    assert module_name("import torch.nn as layers\n") == "layers"
    assert module_name("from torch import nn\n") == module_name("") == "nn"


def current(text: str) -> str:
    """The argument that the caret is in."""
    call = spot_at(*at(text)).calls[0]
    signature = signature_of(call.last_name)
    arg = signature.current(call) if signature else None
    return arg.name if arg else ""


def test_the_current_argument() -> None:
    assert current("nn.Linear(|") == "in_features"
    assert current("nn.Linear(4, |") == "out_features"
    assert current("nn.Linear(4, bias=|") == "bias"
    assert current("nn.Linear(4, bias=True, |") == ""
    assert current("nn.TransformerEncoder(layer, |") == "num_layers"
    assert current("nn.TransformerEncoderLayer(8, |") == "nhead"


def test_signatures_are_pytorchs() -> None:
    linear = signature_of("Linear")
    assert linear is not None
    assert linear.words() == ("in_features", "out_features", "bias=True")
    assert "auto" not in takes(linear.args[0])
    assert signature_of("CrossEntropyLoss") is not None
    assert signature_of("Adam") is not None
    assert signature_of("forward") is None
    stack = signature_of("TransformerEncoder")
    assert stack is not None
    assert stack.words()[0] == "encoder_layer"
