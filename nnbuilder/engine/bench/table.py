"""The closed table: every function, method and attribute that a line on the bench may name.

A name that is typed is only looked up here; what is not in these tables does not exist for the bench.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional, init

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.engine.bench.files import NUMPY_DTYPES, Files
from nnbuilder.engine.bench.words import (
    FUNCTIONAL,
    INIT,
    LINALG,
    LOSS_CLASSES,
    METHODS_OF_TENSORS,
    NUMPY,
    TORCH,
)

ROOTS = {
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "optim": "torch.optim",
    "np": "np",
    "numpy": "np",
}
"""Names that a path may begin with, and what they stand for."""

DTYPES = {
    f"torch.{name}": dtype
    for name, dtype in (
        ("float32", torch.float32),
        ("float", torch.float32),
        ("float64", torch.float64),
        ("double", torch.float64),
        ("float16", torch.float16),
        ("half", torch.float16),
        ("bfloat16", torch.bfloat16),
        ("int64", torch.int64),
        ("long", torch.int64),
        ("int32", torch.int32),
        ("int", torch.int32),
        ("int16", torch.int16),
        ("int8", torch.int8),
        ("uint8", torch.uint8),
        ("bool", torch.bool),
    )
}

CONSTANTS: dict[str, Any] = {
    **DTYPES,
    **NUMPY_DTYPES,
    "torch.pi": torch.pi,
    "torch.inf": torch.inf,
    "torch.nan": torch.nan,
    "np.pi": np.pi,
    "np.nan": np.nan,
    "np.inf": np.inf,
}
"""Words that stand for a value."""

LAYER_CLASSES = {f"torch.nn.{name}": getattr(nn, name) for name in (*LAYERS, *LOSSES, *LOSS_CLASSES)}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f"torch.{name}": getattr(torch, name) for name in TORCH},
    **{f"torch.linalg.{name}": getattr(torch.linalg, name) for name in LINALG},
    **{f"torch.nn.functional.{name}": getattr(functional, name) for name in FUNCTIONAL},
    **{f"torch.nn.init.{name}": getattr(init, name) for name in INIT},
    **LAYER_CLASSES,
    "torch.nn.Sequential": nn.Sequential,
    "torch.nn.Parameter": nn.Parameter,
    **{f"torch.optim.{name}": getattr(torch.optim, name) for name in OPTIMIZERS if name != "LBFGS"},
    **{f"np.{name}": getattr(np, name) for name in NUMPY},
    **Files().words,
}
"""What can be called by its path; a bench opens files by words of its own, which know its folders."""

BARE = ("torch.", "torch.nn.functional.", "torch.nn.")
"""Where a word without a path is looked for, in this order."""

METHODS: dict[str, Callable[..., Any]] = {name: getattr(torch.Tensor, name) for name in METHODS_OF_TENSORS}
"""What can be called on a tensor."""

ATTRIBUTES: dict[str, Callable[[Any], Any]] = {
    name: operator.attrgetter(name)
    for name in (
        "shape",
        "dtype",
        "device",
        "T",
        "mT",
        "grad",
        "requires_grad",
        "is_leaf",
        "ndim",
        "data",
    )
}
"""What can be read off a tensor."""

ARRAY_ATTRIBUTES: dict[str, Callable[[Any], Any]] = {
    "shape": operator.attrgetter("shape"),
    "ndim": operator.attrgetter("ndim"),
    "size": operator.attrgetter("size"),
    "T": operator.attrgetter("T"),
    "dtype": lambda array: str(array.dtype),
}
"""What can be read off a NumPy array."""

ARRAY_METHODS: dict[str, Callable[..., Any]] = {
    name: getattr(np.ndarray, name) for name in ("astype", "reshape", "sum", "mean", "tolist", "copy")
}

PASS_ATTRIBUTES: dict[str, Callable[[Any], Any]] = {
    name: operator.attrgetter(name)
    for name in ("inputs", "activations", "gradients", "output", "loss", "losses", "target")
}
"""What can be read off a recorded pass."""

MODULE_METHODS: dict[str, Callable[..., Any]] = {
    "train": nn.Module.train,
    "eval": nn.Module.eval,
    "zero_grad": nn.Module.zero_grad,
    "requires_grad_": nn.Module.requires_grad_,
    "parameters": lambda module: list(nn.Module.parameters(module)),
    "named_parameters": lambda module: list(nn.Module.named_parameters(module)),
    "state_dict": lambda module: list(nn.Module.state_dict(module).items()),
    "children": lambda module: list(nn.Module.children(module)),
    "double": nn.Module.double,
    "float": nn.Module.float,
}
"""What can be called on a layer or network."""

OPTIMIZER_METHODS: dict[str, Callable[..., Any]] = {
    "step": lambda optimizer: optimizer.step(),
    "zero_grad": lambda optimizer: optimizer.zero_grad(),
}
"""What can be called on an optimizer."""

PYTHON: dict[str, Callable[..., Any]] = {
    "len": len,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "print": lambda *values: values[0] if len(values) == 1 else values,
}
"""Python's own words that are known here."""

KINDS = {"int": int, "float": float, "bool": bool}
"""Words of `PYTHON` that may stand for a dtype too."""

BINARY: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "Add": ("+", operator.add),
    "Sub": ("-", operator.sub),
    "Mult": ("*", operator.mul),
    "Div": ("/", operator.truediv),
    "FloorDiv": ("//", operator.floordiv),
    "Mod": ("%", operator.mod),
    "Pow": ("**", operator.pow),
    "MatMult": ("@", operator.matmul),
    "BitAnd": ("&", operator.and_),
    "BitOr": ("|", operator.or_),
    "BitXor": ("^", operator.xor),
}

IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "Div": operator.itruediv,
}

UNARY: dict[str, Callable[[Any], Any]] = {
    "USub": operator.neg,
    "UAdd": operator.pos,
    "Invert": operator.invert,
    "Not": operator.not_,
}

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}


def _seeded(seed: int) -> None:
    """Lets random numbers begin from a seed: the same ones each time."""
    torch.manual_seed(seed)


FUNCTIONS["torch.manual_seed"] = _seeded


def function_of(path: str) -> str | None:
    """The full path of something that can be called, from a full path or a bare word; None where unknown."""
    if path in FUNCTIONS or path in PYTHON:
        return path
    if "." in path:
        return None
    return next((start + path for start in BARE if start + path in FUNCTIONS), None)


def words() -> tuple[str, ...]:
    """Every word that can be typed, for completion: paths as people write them, then methods."""
    short = [
        path.replace("torch.nn.functional.", "F.").replace("torch.nn.", "nn.") if "nn." in path else path
        for path in (*FUNCTIONS, *CONSTANTS)
    ]
    return (*dict.fromkeys(short), *PYTHON, *(f".{name}" for name in dict.fromkeys((*METHODS, *ATTRIBUTES))))
