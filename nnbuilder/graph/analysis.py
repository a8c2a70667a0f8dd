"""Torch's answer about a drawing: types of the tensors between the layers, parameters, cost."""

from collections.abc import Iterator, Mapping

import msgspec

from nnbuilder.graph.graph import ArgValue, NodeId


class TensorType(msgspec.Struct, frozen=True):
    """Shape and dtype of a tensor; `None` is the batch dimension; dtype without the `torch.` in front."""

    shape: tuple[int | None, ...]
    dtype: str = "float32"

    def label(self) -> str:
        """The shape as shown on an edge, for example `N×4`."""
        return "×".join("N" if size is None else str(size) for size in self.shape)


class Need(msgspec.Struct, frozen=True):
    """What a layer expects of its input: a number where only that one will do, a letter where any will.

    The letters are PyTorch's: N samples, C channels, L, H, W and D for length, height, width and depth.
    """

    sizes: tuple[str, ...]
    dtype: str = "float32"

    def label(self) -> str:
        """The shape as shown on a card, for example `N×3×H×W`, and the dtype where it is an unusual one."""
        return "×".join(self.sizes) + (f" {self.dtype}" if self.dtype != "float32" else "")


class Footprint(msgspec.Struct, frozen=True):
    """What a layer holds and what training keeps of it, in bytes, measured on torch's own tensors.

    `gradients` are those of its trainable parameters, `tensors` how many tensors these are; `saved` is what
    the layer writes into a file of weights. `keeps_input` and `keeps_output` say which of its ends the
    backward pass needs; `view` says that the output lies in the input's memory. Beside them it keeps `each`
    bytes for every sample of the batch, and `fixed` ones.
    """

    weights: int = 0
    gradients: int = 0
    tensors: int = 0
    buffers: int = 0
    saved: int = 0
    keeps_input: bool = False
    keeps_output: bool = False
    view: bool = False
    each: int = 0
    fixed: int = 0


class LayerAnalysis(msgspec.Struct, frozen=True):
    """What torch says of one layer of the chain, or of a group with its `children`.

    `name` is its prefix in the state_dict, with those of the groups around it. `args` are all constructor
    arguments with "auto" resolved. `input` is None where a layer before failed; `output` is None where this
    one failed or was not reached. `parameters` counts scalars of `nn.Parameter` tensors, `formula` shows that
    count with its numbers and is empty where there are none. `flops` is torch's count for one sample's
    forward pass, None where unknown. A group's numbers are the sums of its children's. `needs` is what the
    layer expects, known where it has no output: it failed, or a layer before it did. `chosen` names the
    arguments that do not stand at PyTorch's default; `footprint` is None where it was not measured, and for
    groups.
    """

    id: NodeId
    name: str
    layer: str
    args: Mapping[str, ArgValue] = {}
    input: TensorType | None = None
    output: TensorType | None = None
    parameters: int = 0
    trainable: int = 0
    buffers: int = 0
    formula: str = ""
    flops: int | None = None
    children: tuple["LayerAnalysis", ...] = ()
    needs: Need | None = None
    chosen: tuple[str, ...] = ()
    footprint: Footprint | None = None

    def every(self) -> Iterator["LayerAnalysis"]:
        """The layer, and before the next one everything in it."""
        yield self
        for child in self.children:
            yield from child.every()


class Analysis(msgspec.Struct, frozen=True):
    """Torch's answer about a whole chain, in the order of the chain, Input and Loss left out.

    `layers` are those at the top, groups among them.
    """

    layers: tuple[LayerAnalysis, ...] = ()
    input: TensorType | None = None
    output: TensorType | None = None

    def every(self) -> Iterator[LayerAnalysis]:
        """All layers, at any depth, groups before what lies in them."""
        for layer in self.layers:
            yield from layer.every()

    @property
    def parameters(self) -> int:
        """How many scalars all parameters hold."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def trainable(self) -> int:
        """How many of them training changes."""
        return sum(layer.trainable for layer in self.layers)
