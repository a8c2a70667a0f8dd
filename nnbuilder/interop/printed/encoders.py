"""Transformer encoders, which PyTorch prints as the layers that they are made of."""

import re

from nnbuilder.interop.printed.tree import Printed

_NUMBER = r"([-+.\deE]+)"


def encoder_words(module: Printed, words: str) -> str | None:
    """The call of a printed encoder or of one of its layers; None where it is no usual one.

    `words` are the arguments that are not printed.
    """
    if module.type == "TransformerEncoderLayer":
        return _layer_call(module, words)
    stack = next((child for child in module.children if child.name == "layers"), None)
    if stack is None or not stack.children or any(child.name == "norm" for child in module.children):
        return None
    calls = {_layer_call(child, words) for child in stack.children}
    count = sum(child.times for child in stack.children)
    call = calls.pop()
    return f"nn.TransformerEncoder({call}, num_layers={count})" if call and not calls else None


def _layer_call(module: Printed, words: str) -> str | None:
    shown = {child.name: child.shown for child in module.children}
    sizes = re.search(r"in_features=(\d+), out_features=(\d+), bias=(True|False)", shown.get("linear1", ""))
    if module.type != "TransformerEncoderLayer" or sizes is None:
        return None
    given = [sizes[1], f"dim_feedforward={sizes[2]}", f"bias={sizes[3]}"]
    for name, child, printed in (("dropout", "dropout", "p"), ("layer_norm_eps", "norm1", "eps")):
        if (value := re.search(rf"{printed}={_NUMBER}", shown.get(child, ""))) is not None:
            given.append(f"{name}={value[1]}")
    return f"nn.TransformerEncoderLayer({', '.join((*given, words))})"
