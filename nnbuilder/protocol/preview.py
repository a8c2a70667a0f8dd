"""What every node of a drawing does to the first rows of the data: what is asked, and what is answered."""

import msgspec

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project


class Preview(msgspec.Struct, frozen=True, tag=True):
    """Send the first rows of the data through the drawing as far as it computes; answered by `Previewed`.

    `nodes` are those that are looked at. `base` is the project file's folder for relative data paths, `runs`
    its runs folder with stored weights. Of several that wait only the last one counts.
    """

    request_id: int
    project: Project
    nodes: tuple[NodeId, ...]
    base: str | None = None
    runs: str | None = None


class NodePreview(msgspec.Struct, frozen=True):
    """What comes out of a node: shape and dtype, and over all finite numbers the ends, mean and spread.

    `image`: its pictures are channels of the first row, else they are rows with their numbers.
    `nonfinite` counts NaN and infinite numbers. `loss`: it is the Loss, the numbers are those of each row.
    """

    node: NodeId
    shape: tuple[int, ...]
    dtype: str
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    spread: float = 0.0
    nonfinite: int = 0
    image: bool = False
    loss: bool = False


class Previewed(msgspec.Struct, frozen=True, tag=True):
    """What comes out of the nodes that were asked for, as far as the drawing computes.

    Arrays: for each of `nodes` its pictures float32 (pictures, rows, columns), the first numbers of its first
    row float32 (n,), and a histogram of all its numbers, int32 (bins,) between its ends. `note` says which
    rows went in, `trouble` in one sentence why there is no more, `at` the node where it ends.
    """

    request_id: int
    nodes: tuple[NodePreview, ...] = ()
    note: str = ""
    trouble: str = ""
    at: NodeId | None = None
