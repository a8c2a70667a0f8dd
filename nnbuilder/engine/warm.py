"""Pays in advance what torch costs the first time: a `meta` forward, an optimizer step."""

import gc
import platform

import numpy as np
import torch
from torch import nn

from nnbuilder import __version__


def one_thread() -> None:
    """Keeps torch from starting threads, which a fork would not copy."""
    torch.set_num_threads(1)


def warm_up() -> None:
    """Makes large layers and the next run start at once; leaves the process without a second thread."""
    one_thread()
    layer = nn.Linear(2, 2, device="meta")
    nn.ReLU()(layer(torch.empty(1, 2, device="meta")))
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    for fused in (False, True):
        optimizer = torch.optim.Adam(model.parameters(), fused=fused)
        model(torch.zeros(2, 2)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    gc.collect()
    gc.freeze()


def versions() -> dict[str, str]:
    """The versions that a record of a run must name."""
    return {
        "nnbuilder": __version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }


def missing_devices() -> dict[str, str]:
    """Kinds of devices that cannot be used here, with the reason."""
    found = {}
    if torch.version.cuda is None:
        found["cuda"] = "PyTorch is installed without CUDA here."
    elif not torch.cuda.device_count():
        found["cuda"] = "No NVIDIA GPU with a driver is found on this computer."
    if not torch.backends.mps.is_built():
        found["mps"] = "Only PyTorch for macOS has it."
    elif not torch.backends.mps.is_available():
        found["mps"] = "This Mac has no GPU that PyTorch can use."
    return found


def devices() -> tuple[str, ...]:
    """Devices that torch can train on, the processor first."""
    found = ["cpu"]
    found += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)
