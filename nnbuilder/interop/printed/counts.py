"""Layers of a table whose arguments follow from shapes and counts of parameters."""

from collections.abc import Callable, Mapping

from nnbuilder.catalog.registry import layer
from nnbuilder.catalog.spec import Required
from nnbuilder.interop.printed.facts import Conclusion, Facts, Words, complete, known, product
from nnbuilder.interop.printed.windows import convolution, pooling

_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}

_NO_SHAPE = "the table does not show what goes out of it"


def concluded(facts: Facts) -> Conclusion:
    """The arguments of a layer of the catalogue, as far as the table tells them."""
    for ends, rule in _RULES.items():
        if facts.kind.startswith(ends):
            return rule(facts)
    return _by_defaults(facts)


def _linear(facts: Facts) -> Conclusion:
    if not facts.out or not facts.out[-1]:
        return Conclusion(fault=_NO_SHAPE)
    out = known(facts.out[-1])
    before = facts.before
    sizes = []
    if before is not None and complete(before):
        sizes = [(known(before[-1]), False), (product(before), True)]
    for size, flattened in sizes:
        for bias in (True, False):
            if (size + bias) * out == facts.params:
                words = {"in_features": size, "out_features": out, "bias": bias}
                return Conclusion(words, flattened=flattened and before is not None and len(before) > 1)
    size, rest = divmod(facts.params, out)
    if rest or size < 1 + (before is None):
        return Conclusion(fault="its parameters fit no sizes")
    if sizes:
        return Conclusion(fault=f"{facts.params:,} parameters do not fit what comes in")
    return Conclusion({"in_features": size - 1, "out_features": out}, ("bias",))


def _norm(facts: Facts) -> Conclusion:
    shape = facts.out or facts.before
    if not shape or not shape[0]:
        return Conclusion(fault=_NO_SHAPE)
    if facts.kind in {"LayerNorm", "RMSNorm"}:
        return _trailing(facts)
    words: Words = {"num_features": shape[0]}
    affine = facts.params == 2 * known(shape[0])
    if facts.kind == "GroupNorm":
        groups = facts.answers.get("num_groups")
        asked: Words = {} if groups is not None else {"num_groups": 1}
        words = {"num_groups": groups or 1, "num_channels": shape[0], "affine": affine}
        return Conclusion(words, ("eps",), asked)
    return Conclusion({**words, "affine": affine}, ("eps", "momentum", "track_running_stats"))


def _trailing(facts: Facts) -> Conclusion:
    """Norms over the last sizes: so many that their weights are as many as the parameters."""
    shape = facts.out or ()
    parts = 1 if facts.kind == "RMSNorm" else 2
    for start in range(len(shape) - 1, -1, -1):
        sizes = tuple(known(size) for size in shape[start:])
        for each in (parts, 1):
            if product(sizes) * each == facts.params:
                words: Words = {"normalized_shape": sizes}
                return Conclusion(words | ({"bias": False} if each < parts else {}), ("eps",))
    return Conclusion(
        {"normalized_shape": tuple(known(size) for size in shape[-1:]), "elementwise_affine": False},
        ("normalized_shape", "eps"),
    )


def _embedding(facts: Facts) -> Conclusion:
    width = known(facts.out[-1]) if facts.out else 0
    if not width or not facts.params or facts.params % width:
        return Conclusion(fault=_NO_SHAPE)
    unshown = (*(() if facts.kind == "Embedding" else ("mode",)), "padding_idx", "max_norm")
    return Conclusion({"num_embeddings": facts.params // width, "embedding_dim": width}, unshown)


def _recurrent(facts: Facts) -> Conclusion:
    """One or several layers, in one or both directions: the first that has so many parameters."""
    gates = _GATES[facts.kind]
    if not facts.out or not facts.out[-1] or not facts.before or not facts.before[-1]:
        return Conclusion(fault="the table does not show what comes into it")
    size, width = known(facts.before[-1]), known(facts.out[-1])
    for ways in (1, 2):
        hidden, rest = divmod(width, ways)
        for layers in range(1, 9):
            for bias in (True, False):
                one = gates * hidden * ways
                total = one * (size + hidden + 2 * bias)
                total += (layers - 1) * one * (ways * hidden + hidden + 2 * bias)
                if total == facts.params and not rest:
                    words: Words = {
                        "input_size": size,
                        "hidden_size": hidden,
                        "num_layers": layers,
                        "bias": bias,
                        "batch_first": True,
                        "bidirectional": ways == 2,
                    }
                    return Conclusion(words, ("batch_first", "dropout"))
    return Conclusion(fault="its parameters fit no number of layers")


def _adaptive(facts: Facts) -> Conclusion:
    if not facts.out or not complete(facts.out[1:]):
        return Conclusion(fault=_NO_SHAPE)
    sizes = tuple(known(size) for size in facts.out[1:])
    return Conclusion({"output_size": sizes[0] if len(set(sizes)) == 1 else sizes})


def _flatten(facts: Facts) -> Conclusion:
    before, out = facts.before, facts.out
    if before is None or out is None or len(out) <= 1:
        return Conclusion()
    kept = 0
    while kept < len(out) - 1 and out[kept] == before[kept]:
        kept += 1
    end = len(before) - len(out) + kept + 1
    return Conclusion({"start_dim": kept + 1, "end_dim": -1 if end == len(before) else end})


def _unflatten(facts: Facts) -> Conclusion:
    before, out = facts.before, facts.out
    if before is None or out is None or not complete(out) or len(before) != 1:
        return Conclusion(fault="the table does not show what comes into it")
    return Conclusion({"dim": 1, "unflattened_size": tuple(known(size) for size in out)})


def _slopes(facts: Facts) -> Conclusion:
    return Conclusion({"num_parameters": max(facts.params, 1)}, ("init",))


def _upsample(facts: Facts) -> Conclusion:
    before, out = facts.before, facts.out
    if before is None or out is None or not complete(before) or not complete(out):
        return Conclusion(fault="the table does not show what comes into it")
    factors = {known(big) / known(small, 1) for small, big in zip(before[1:], out[1:], strict=False)}
    words: Words = (
        {"scale_factor": factors.pop()}
        if len(factors) == 1
        else {"size": tuple(known(size) for size in out[1:])}
    )
    return Conclusion(words, ("mode",) if facts.kind == "Upsample" else ())


def _shuffle(facts: Facts) -> Conclusion:
    before, out = facts.before, facts.out
    if before is None or out is None or not complete(before) or not complete(out) or len(out) < 3:
        return Conclusion(fault="the table does not show what comes into it")
    up = facts.kind == "PixelShuffle"
    big, small = (out, before) if up else (before, out)
    factor = known(big[-1]) // max(known(small[-1]), 1)
    return Conclusion({"upscale_factor" if up else "downscale_factor": factor})


def _by_defaults(facts: Facts) -> Conclusion:
    """A layer whose arguments the table does not show at all."""
    spec = layer(facts.kind)
    if spec is None:
        return Conclusion(fault="it is no layer of the catalogue")
    own = [arg for arg in spec.args if arg.name != "inplace" and arg.role == "own"]
    needed = [arg for arg in own if isinstance(arg.default, Required)]
    asked = {arg.name: arg.initial for arg in needed if arg.name not in facts.answers}
    words = {name: value for name, value in facts.answers.items() if spec.arg(name) is not None}
    unshown = tuple(arg.name for arg in own if arg not in needed)
    return Conclusion(asked | words, unshown, asked)


_RULES: Mapping[str, Callable[[Facts], Conclusion]] = {
    "Linear": _linear,
    "Conv": convolution,
    "MaxPool": pooling,
    "AvgPool": pooling,
    "Adaptive": _adaptive,
    "BatchNorm": _norm,
    "InstanceNorm": _norm,
    "GroupNorm": _norm,
    "LayerNorm": _norm,
    "RMSNorm": _norm,
    "Embedding": _embedding,
    "RNN": _recurrent,
    "GRU": _recurrent,
    "LSTM": _recurrent,
    "Flatten": _flatten,
    "Unflatten": _unflatten,
    "PReLU": _slopes,
    "Upsampl": _upsample,
    "PixelShuffle": _shuffle,
    "PixelUnshuffle": _shuffle,
}
"""Rules by how the name of a class begins; the first that fits is used."""
