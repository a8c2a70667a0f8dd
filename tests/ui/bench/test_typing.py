"""What helps while a line is typed: the call at the cursor, pasted numbers, names, recipes."""

import ast

import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.protocol.bench import BenchParameter
from nnbuilder.ui.bench.call import Call, call_at
from nnbuilder.ui.bench.hint import chosen
from nnbuilder.ui.bench.naming import fault, fresh
from nnbuilder.ui.bench.network_words import parameter, recorded
from nnbuilder.ui.bench.pasting import as_line
from nnbuilder.ui.bench.recipes import RECIPES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch.cat([a, b], ", Call("torch.cat", 1)),
        ("x.reshape(2, ", Call(".reshape", 1)),
        ("F.cross_entropy(model(X), y, weight=", Call("F.cross_entropy", 2, "weight")),
        ("torch.sum(a == b, ", Call("torch.sum", 1)),
        ("(a + b).sum(dim=", Call(".sum", 0, "dim")),
        ("a[0].sum(", Call(".sum")),
        ("cat(", Call("cat")),
        ("trace('data:0:8, (', ", Call("trace", 1)),
        ("torch.zeros(2", Call("torch.zeros")),
        ("torch.tensor([[1, 2], [3", Call("torch.tensor")),
        ("f(a, (1, 2), g(3), ", Call("f", 3)),
        ("torch.zeros(2)", None),
        ("nn.Linear(3, 2)(x", None),
        ("'torch.cat(", None),
        ("a[", None),
        ("", None),
        (")))", None),
    ],
)
def test_the_call_at_the_cursor(text: str, expected: Call | None) -> None:
    assert call_at(text, len(text)) == expected
    assert call_at(text + ", more)", len(text)) == expected


def test_the_argument_at_hand() -> None:
    named = tuple(map(BenchParameter, ("input", "dim", "*", "dtype")))
    starred = (BenchParameter("*size"), BenchParameter("*"), BenchParameter("dtype"))
    assert chosen(named, Call("f", 1)) is named[1]
    assert chosen(named, Call("f", 2)) is None
    assert chosen(named, Call("f", 2, "dtype")) is named[3]
    assert chosen(starred, Call("f", 5)) is starred[0]
    assert chosen((), Call("f")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\t2\t3\n4\t5\t6\n", [[1, 2, 3], [4, 5, 6]]),
        ("1,2\r\n3,4", [[1, 2], [3, 4]]),
        ("0.5; -1e3\n+2; .25", [[0.5, -1000.0], [2, 0.25]]),
        ("  1 2\n  3 4", [[1, 2], [3, 4]]),
        ("7\t8", [[7, 8]]),
        ("1\n2\n3", [[1], [2], [3]]),
    ],
)
def test_a_block_of_numbers_becomes_a_list(text: str, expected: list[list[float]]) -> None:
    assert ast.literal_eval(as_line(text)) == expected


@pytest.mark.parametrize("text", ["a = 3", "torch.ones(2)", "[[1, 2], [3, 4]]", "1 + 2", "a, b", "", "3"])
def test_anything_else_is_pasted_as_it_is(text: str) -> None:
    assert as_line(text) == text


def test_lines_are_joined() -> None:
    assert as_line("torch.tensor([[1.],\n              [2.]])\n") == "torch.tensor([[1.], [2.]])"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("a", "a"),
        ("b", "b_2"),
        ("my file-1", "my_file_1"),
        ("2024", "t_2024"),
        ("X", "t_X"),
        ("np", "t_np"),
        ("lambda", "t_lambda"),
        ("", "t"),
        ("größe", "größe"),
        ("__", "t"),
        ("print", "t_print"),
    ],
)
def test_names(wish: str, expected: str) -> None:
    assert fresh(wish, {"b"}) == expected
    assert fault(expected) == ""


@pytest.mark.parametrize("name", ["", "1a", "a b", "X", "torch", "for", "__class__", "a.b"])
def test_what_cannot_be_a_name(name: str) -> None:
    assert fault(name)


def test_words_of_the_network() -> None:
    assert parameter("0.weight") == "model[0].weight"
    assert parameter("block.1.bias") == "model.block[1].bias"
    assert parameter("fc-1.weight") == 'model.get_parameter("fc-1.weight")'
    assert recorded("activations", "0") == 'activations["0"]'
    assert recorded("gradients", "0.weight", "data:8:16") == 'trace("data:8:16").gradients["0.weight"]'
    written = recorded("inputs", "a", "[[1, 2]]", "0", train=True)
    assert written == 'trace("[[1, 2]]", "0", train=True).inputs["a"]'
    assert recorded("inputs", "a", "x.npy").startswith('trace(torch.from_numpy(np.load("x.npy")).float())')


EXPECTED = {
    "zeros": torch.zeros(2, 3),
    "ones": torch.ones(2, 3),
    "full": torch.full((2, 3), 0.5),
    "arange": torch.arange(0, 10),
    "linspace": torch.linspace(0, 1, 5),
    "eye": torch.eye(3),
}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_recipes_are_what_pytorch_makes(recipe: object) -> None:
    assert recipe in RECIPES
    own = RECIPES[RECIPES.index(recipe)]
    made = Bench().run(own.line("a", own.start())).value
    torch.manual_seed(0)
    drawn = {"rand": torch.rand, "randn": torch.randn}
    if own.name in drawn:
        expected = drawn[own.name](2, 3)
    else:
        expected = EXPECTED.get(own.name, torch.randint(0, 10, (2, 3)))
    assert torch.equal(made, expected)


def test_recipes_with_other_arguments() -> None:
    named = {recipe.name: recipe for recipe in RECIPES}
    line = named["zeros"].line("z", {"size": (4,), "dtype": "int64"})
    assert line == "z = torch.zeros(4, dtype=torch.int64)"
    assert Bench().run(named["full"].line("f", {"size": (3,), "value": 2.5})).value.tolist() == [2.5] * 3
    assert named["randn"].line("r", {"size": (2,), "seed": 7}) == "torch.manual_seed(7); r = torch.randn(2)"
