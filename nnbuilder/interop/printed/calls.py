"""What stands in the brackets of a printed layer, as the call that makes such a layer."""

import ast
import re
import warnings
from collections.abc import Mapping
from functools import lru_cache

from nnbuilder.catalog.registry import layer
from nnbuilder.catalog.spec import ArgSpec, LayerSpec
from nnbuilder.interop.names import LAZY

_LONGEST = 2_000

_ARROW = re.compile(r"^\s*(\d+) -> (\d+)\s*$")
"""How old versions print Linear."""

_AFFINE = ("Norm1d", "Norm2d", "Norm3d", "GroupNorm")

_NO_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "UpsamplingNearest2d": ("mode",),
    "UpsamplingBilinear2d": ("mode",),
}
"""What is printed and no constructor takes."""

UNSHOWN: Mapping[str, tuple[str, ...]] = {
    "PReLU": ("init",),
    "AvgPool1d": ("ceil_mode", "count_include_pad"),
    "AvgPool2d": ("ceil_mode", "count_include_pad", "divisor_override"),
    "AvgPool3d": ("ceil_mode", "count_include_pad", "divisor_override"),
    "RNN": ("nonlinearity",),
    "EmbeddingBag": ("sparse",),
    "Upsample": ("align_corners", "recompute_scale_factor"),
    "TransformerEncoderLayer": ("activation", "batch_first", "norm_first"),
    "TransformerEncoder": ("activation", "batch_first", "norm_first"),
}
"""Arguments with a default that PyTorch does not print."""

ASKED: Mapping[str, tuple[str, ...]] = {
    "FractionalMaxPool2d": ("kernel_size", "output_ratio"),
    "FractionalMaxPool3d": ("kernel_size", "output_ratio"),
    "TransformerEncoderLayer": ("nhead",),
    "TransformerEncoder": ("nhead",),
}
"""Arguments that PyTorch does not print and that no layer can be made without."""


@lru_cache(maxsize=256)
def call_of(kind: str, shown: str) -> str | None:
    """The call of torch.nn that makes a layer which is printed so; None where nothing sensible is printed."""
    spec = layer(LAZY.get(kind, kind))
    if (arrow := _ARROW.match(shown)) is not None:
        shown = f"{arrow[1]}, {arrow[2]}"
    call = _parsed(shown)
    if spec is None or call is None:
        return None
    own = [arg for arg in spec.args if arg.role == "own"]
    places = [arg for arg in own if not arg.keyword]
    given: dict[str, ast.expr] = {}
    rest = [ast.Starred(value) if isinstance(value, ast.Starred) else value for value in call.args]
    while rest and len(given) < len(places) and not isinstance(rest[0], ast.Starred):
        if isinstance(rest[0], ast.Name) and rest[0].id == "inplace":
            break
        arg = places[len(given)]
        given[arg.name] = _value(arg, rest.pop(0))
    words: list[ast.keyword] = []
    for word in call.keywords:
        found = spec.arg(word.arg or "")
        words.append(ast.keyword(word.arg, _value(found, word.value) if found else word.value))
    if len(rest) == 1 and isinstance(rest[0], ast.Name) and rest[0].id == "inplace":
        words.append(ast.keyword("inplace", ast.Constant(value=True)))
        rest = []
    words = [ast.keyword(name, value) for name, value in given.items()] + words
    words = [word for word in words if not _is_needless(kind, spec, word, words)]
    made = ast.Call(ast.Name(f"nn.{kind}"), rest, words)
    return ast.unparse(ast.fix_missing_locations(made))


def _parsed(shown: str) -> ast.Call | None:
    """The arguments as Python reads them; nothing is run."""
    if len(shown) > _LONGEST:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(f"f({shown})", filename="", mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return tree.body if isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Name) else None


def _value(arg: ArgSpec, value: ast.expr) -> ast.expr:
    """A word with the quotes that print leaves out, and one number where all places hold the same."""
    if isinstance(value, ast.Name) and value.id in arg.choices:
        return ast.Constant(value.id)
    if isinstance(value, ast.Tuple) and value.elts and arg.lengths and arg.kind in {"int", "float"}:
        written = {ast.unparse(part) for part in value.elts}
        if len(written) == 1 and isinstance(value.elts[0], ast.Constant | ast.UnaryOp):
            return value.elts[0]
    return value


def _is_needless(kind: str, spec: LayerSpec, word: ast.keyword, words: list[ast.keyword]) -> bool:
    """Whether a printed argument is none of the constructor's, or says nothing."""
    if word.arg in _NO_ARGUMENTS.get(spec.name, ()):
        return True
    if kind in LAZY and spec.args and word.arg == spec.args[0].name:
        return True
    if word.arg != "bias" or not spec.name.endswith(_AFFINE):
        return False
    affine = next((each.value for each in words if each.arg == "affine"), None)
    plain = isinstance(affine, ast.Constant) and affine.value is False
    return plain or (isinstance(word.value, ast.Constant) and word.value.value is True)
