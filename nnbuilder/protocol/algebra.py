"""The linear algebra of a network: one Linear for several, and the regression that a single one is."""

import msgspec

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project

Numbers = tuple[float, ...]
Matrix = tuple[Numbers, ...]

NOTHING = ""
"""The activation between two Linear layers where there is none."""


class Collapse(msgspec.Struct, frozen=True, tag=True):
    """Look for Linear layers that follow each other, and multiply those of `nodes`; answered by `Collapsed`.

    Where `nodes` are no whole stretch, the first in which one of them is is taken, else the first of all.
    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    With `keep` the weights after these layers became one are stored there.
    """

    project: Project
    nodes: tuple[NodeId, ...] = ()
    base: str | None = None
    runs: str | None = None
    keep: bool = False


class Stretch(msgspec.Struct, frozen=True):
    """Linear layers, with what stands between each and the next: the name of an activation, or nothing.

    `together`: they lie in the same group, or all at the top.
    """

    nodes: tuple[NodeId, ...]
    names: tuple[str, ...]
    between: tuple[str, ...]
    together: bool = True

    @property
    def plain(self) -> bool:
        """Whether nothing but Linear layers is in it."""
        return not any(self.between)


class Tried(msgspec.Struct, frozen=True):
    """What the layers give with an activation between them, held against the one Linear.

    `largest` and `mean` are the differences of `outputs` (rows, outputs) from those of the one Linear.
    `changed` is the share of the hidden numbers that the activation changed. `best` is the largest difference
    of any Linear that fits these rows best, None where there are too few rows to tell.
    """

    activation: str
    outputs: Matrix
    largest: float
    mean: float
    changed: float = 0.0
    best: float | None = None


class Collapsed(msgspec.Struct, frozen=True, tag=True):
    """All such layers of a network, and of the chosen ones the single W (out, in) and b that do the same.

    `left` times `right` is W: the product of the later layers' weights, and the first one's; `inner` numbers
    lie between the two. Matrices are cut to some rows and columns where they are larger: `shape` is that of
    W, `rank` its rank and `full` the most that it could be. `counts` are the parameters of the layers and of
    the one, `formulas` how they are counted. `outputs` (rows, outputs) are those of the one Linear for some
    `rows`, told in words. `tried` begins with the layers
    as they are drawn. `whole` is the largest difference of the whole network after the replacement, and
    `sha256` names the weights that were stored for it.
    """

    stretches: tuple[Stretch, ...] = ()
    chosen: int = 0
    weight: Matrix = ()
    bias: Numbers = ()
    left: Matrix = ()
    right: Matrix = ()
    shape: tuple[int, int] = (0, 0)
    inner: int = 0
    rank: int = 0
    full: int = 0
    has_bias: bool = True
    counts: tuple[int, int] = (0, 0)
    formulas: tuple[str, str] = ("", "")
    rows: str = ""
    outputs: Matrix = ()
    tried: tuple[Tried, ...] = ()
    whole: float | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()


class Regress(msgspec.Struct, frozen=True, tag=True):
    """Fit one Linear to the project's classes, and scikit-learn's regression; answered by `Regressed`.

    `strength` is scikit-learn's C: the smaller, the more large weights cost.
    """

    project: Project
    base: str | None = None
    runs: str | None = None
    strength: float = 1.0


class Fitted(msgspec.Struct, frozen=True):
    """One way to the same model: coefficients (rows of scores, features), and how well it does on the rows.

    `segments` are the boundaries between its classes where there are two features: x, y of both ends.
    """

    name: str
    weight: Matrix
    bias: Numbers
    loss: float
    accuracy: float
    segments: Matrix = ()


class Regressed(msgspec.Struct, frozen=True, tag=True):
    """The same regression by PyTorch, by scikit-learn, and as the drawn network stands, if it is one.

    With two classes there is one row of coefficients, that of the second class; else one for each class,
    their mean taken off, which changes no probability. `same` of `rows` get the same class from the first
    two, and `apart` is the largest difference of their probabilities. `decay` is what C is as PyTorch's
    weight decay. `points` (rows, 2) and `targets` are given where there are two features.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...]
    fits: tuple[Fitted, ...]
    rows: int
    same: int
    apart: float
    decay: float
    points: Matrix = ()
    targets: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
