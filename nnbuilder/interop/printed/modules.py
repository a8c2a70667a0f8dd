"""What the classes of a printed model are: layers, chains of layers, or more than a print-out tells."""

import re

from nnbuilder.catalog.excluded import EXCLUDED
from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.printed.tree import Printed
from nnbuilder.interop.spelling import asked

WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}
"""Classes that only hold one module, and what they call it."""

_LISTS = {"ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}

_BRANCHING_CLASS = re.compile(
    r"Block|Bottleneck|Residual|Inception|Dense(?:Layer|Block|Net)|Fire|Attention|Decoder|Excitation|"
    r"UNet|ResNet|ResNeXt|EfficientNet|MobileNetV[23]|GoogLeNet|RegNet|ConvNeXt|Transformer|Discriminator"
)

_BRANCHING_CHILD = re.compile(
    r"^(?:downsample|shortcut|skip\w*|residual|branch\w*|(?:fc_?)?(?:mu|log_?var)|query|key|value|[qkv]_proj|"
    r"aux\w*|AuxLogits|attn|self_attn|attention|gate)$"
)


def is_layer(kind: str) -> bool:
    """Whether a class is a layer of the catalogue."""
    return kind in LAYERS or kind in LAZY


def is_chain(module: Printed) -> bool:
    """Whether PyTorch itself passes through the children in order."""
    return module.type == GROUP


def refusal(module: Printed, *, root: bool) -> str | None:
    """Why a module with or without children is not read; None where it is."""
    kind = module.type
    if is_layer(kind) or kind == GROUP or kind in WRAPPERS or kind in LOSSES:
        return None
    if kind in _LISTS:
        return f"{kind} holds modules, and a print-out does not show in which order they are used."
    if kind in EXCLUDED:
        return f"nn.{kind} cannot be drawn: it {EXCLUDED[kind]}."
    if not module.children:
        guess = asked(kind, LAYERS, "nn.")
        return f"{kind[:80]} is no layer of torch.nn, and a print-out does not show what it computes.{guess}"
    branch = next((child.name for child in module.children if _BRANCHING_CHILD.match(child.name)), None)
    if branch is not None:
        return (
            f"{kind[:80]} holds {branch[:80]}: its forward takes more ways than one, "
            "which a print-out does not show."
        )
    if not root and _BRANCHING_CLASS.search(kind):
        return (
            f"{kind[:80]} is a block of a class whose forward is not printed: such blocks add their input or "
            "use a layer again, so it is not read as a chain."
        )
    return None
