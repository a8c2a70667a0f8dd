"""Single layers told from the names and shapes of their tensors.

What a shape does not tell (strides, padding, how many heads) is assumed and said, or asked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.state.tree import Module, Shape

_GATES = {1: "RNN", 3: "GRU", 4: "LSTM"}
"""How many rows of a recurrent layer's weights belong to one hidden unit."""

_ATTENTION = "in_proj_weight"


@dataclass(frozen=True)
class Before:
    """What is known of the layer before: its dimensions ("1d", "2d", "3d", or "" for features), its size."""

    dims: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Told:
    """A layer, what was assumed about it, what has to be asked, and what goes on behind it."""

    type: str
    args: Mapping[str, ArgValue]
    assumed: str = ""
    asked: tuple[str, ...] = ()
    behind: Before = Before()


Rule = Callable[[Module, Before], Told | None]


def layer_of(module: Module, before: Before) -> Told | None:
    """The layer that a module is; None where nothing known has such tensors."""
    for rule in (_encoder, _encoder_layer, _recurrent, _normalization, _weighted, _scaled):
        told = rule(module, before)
        if told is not None:
            return told
    return None


def _encoder(module: Module, before: Before) -> Told | None:
    inner = module.inside.get("layers")
    if inner is None or module.tensors or set(module.inside) != {"layers"} or not inner.indexed:
        return None
    layers = [_encoder_layer(part, before) for part in inner.inside.values()]
    first = layers[0]
    if first is None or any(layer is None or layer.args != first.args for layer in layers):
        return None
    args = {**first.args, "num_layers": len(layers)}
    return Told("TransformerEncoder", args, first.assumed, first.asked, first.behind)


def _encoder_layer(module: Module, _before: Before) -> Told | None:
    attention = module.inside.get("self_attn", Module()).shape(_ATTENTION)
    first = module.inside.get("linear1", Module()).shape("weight")
    if len(attention) != 2 or len(first) != 2:
        return None
    args: dict[str, ArgValue] = {"d_model": attention[1], "dim_feedforward": first[0]}
    if "bias" not in module.inside["linear1"].tensors:
        args["bias"] = False
    assumed = "its activation (ReLU), dropout (0.1), order of dimensions and place of the norm"
    return Told("TransformerEncoderLayer", args, assumed, ("nhead",), Before("", attention[1]))


def _recurrent(module: Module, _before: Before) -> Told | None:
    into, state = module.shape("weight_ih_l0"), module.shape("weight_hh_l0")
    if len(into) != 2 or len(state) != 2 or not state[1]:
        return None
    ways = 2 if "weight_ih_l0_reverse" in module.tensors else 1
    projected = module.shape("weight_hr_l0")
    hidden = projected[1] if projected else state[1]
    name = _GATES.get(into[0] // hidden) if hidden and into[0] % hidden == 0 else None
    if name is None:
        return None
    layers = sum(key.startswith("weight_ih_l") and not key.endswith("_reverse") for key in module.tensors)
    args: dict[str, ArgValue] = {"input_size": into[1], "hidden_size": hidden}
    args |= {"num_layers": layers} if layers > 1 else {}
    args |= {"bias": False} if "bias_ih_l0" not in module.tensors else {}
    args |= {"bidirectional": True} if ways == 2 else {}
    args |= {"proj_size": projected[0]} if projected else {}
    assumed = "the order of dimensions (batch second) and which output goes on (the sequence)"
    return Told(name, args, assumed, behind=Before("", ways * (projected[0] if projected else hidden)))


def _normalization(module: Module, before: Before) -> Told | None:
    """Batch norm keeps running values; without them a norm over as many features as it has weights."""
    mean = module.shape("running_mean")
    if len(mean) != 1:
        return None
    dims = before.dims or "1d"
    args: dict[str, ArgValue] = {"num_features": mean[0]}
    args |= {"affine": False} if "weight" not in module.tensors else {}
    assumed = f"that it is of {dims} (nothing before it tells)" if before.size is None else ""
    return Told(f"BatchNorm{dims}", args, assumed, behind=Before(before.dims, mean[0]))


def _weighted(module: Module, before: Before) -> Told | None:
    weight = module.shape("weight")
    if set(module.tensors) - {"weight", "bias"} or not 2 <= len(weight) <= 5:
        return None
    bias = module.shape("bias")
    if bias == weight:
        args: dict[str, ArgValue] = {"normalized_shape": weight}
        return Told("LayerNorm", args, behind=Before("", weight[-1]))
    if len(weight) == 2:
        return _matrix(module, weight, bias)
    return _convolution(weight, bias, before)


def _matrix(module: Module, weight: Shape, bias: Shape) -> Told | None:
    out, into = weight
    if not bias and "emb" in module.path.casefold():
        args: dict[str, ArgValue] = {"num_embeddings": out, "embedding_dim": into}
        return Told("Embedding", args, "that it is an Embedding, by its name", behind=Before("", into))
    if bias and bias != (out,):
        return None
    args = {"in_features": into, "out_features": out}
    if bias:
        return Told("Linear", args, behind=Before("", out))
    assumed = "that it is a Linear without bias and no Embedding"
    return Told("Linear", {**args, "bias": False}, assumed, behind=Before("", out))


def _convolution(weight: Shape, bias: Shape, before: Before) -> Told | None:
    first, second, *kernel = weight
    dims = f"{len(kernel)}d"
    size: ArgValue = kernel[0] if len(set(kernel)) == 1 else tuple(kernel)
    turned = bias == (second,) != (first,) or (not bias and before.size == first != second)
    if bias and not turned and bias != (first,):
        return None
    name, into, out = ("ConvTranspose", first, second) if turned else ("Conv", second, first)
    args: dict[str, ArgValue] = {"in_channels": into, "out_channels": out, "kernel_size": size}
    assumed = "stride 1, padding 0 and dilation 1"
    if not turned and before.dims and before.size is not None and before.size != into:
        if into == 0 or before.size % into:
            return None
        args |= {"in_channels": before.size, "groups": before.size // into}
    args |= {"bias": False} if not bias else {}
    return Told(f"{name}{dims}", args, assumed, behind=Before(dims, out))


def _scaled(module: Module, before: Before) -> Told | None:
    """One number for each feature: a norm, or the slope of a PReLU."""
    weight, bias = module.shape("weight"), module.shape("bias")
    if set(module.tensors) - {"weight", "bias"} or len(weight) != 1 or bias not in {(), weight}:
        return None
    size = weight[0]
    if bias:
        name = "GroupNorm" if before.dims else "LayerNorm"
        if name == "LayerNorm":
            return Told(name, {"normalized_shape": (size,)}, behind=Before("", size))
        return Told(name, {"num_channels": size}, "", ("num_groups",), Before(before.dims, size))
    if size == 1:
        return Told("PReLU", {}, behind=before)
    if before.dims:
        return Told("PReLU", {"num_parameters": size}, "that it is a PReLU", behind=before)
    return Told("RMSNorm", {"normalized_shape": (size,)}, "that it is an RMSNorm and no PReLU", behind=before)
