"""What an expression of a text can stand for beside numbers, texts, lists, tuples and dictionaries.

Layers, Sequentials and instances of a text's own classes have an identity: the same one used twice is told
from two equal ones. What cannot be known is a value too, and complains only where it is wanted.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reading import Asked, ReadLayer, SourceProblem
from nnbuilder.interop.small_classes import SmallClass

Value = object
"""Anything that an expression stands for."""

NUMBERS = (int, float)
"""Types of plain numbers; a bool is an int."""

PLAIN = (int, float, str, type(None))
"""Types that an argument may hold as they are."""


@dataclass(slots=True)
class Findings:
    """What is wrong with a part of a text, and what it leaves open."""

    problems: list[SourceProblem] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        """Takes over what was found elsewhere."""
        self.problems += other.problems
        self.asked += other.asked


@dataclass(eq=False, slots=True)
class Unknown:
    """A value that the text does not tell.

    It is asked for by the name in which it is `written`, or by the names of its `parts`, where it was
    computed from them. What is `opaque` cannot be asked for: `why` says so where the usual words do not.
    """

    written: str
    node: ast.expr
    parts: tuple["Unknown", ...] = ()
    opaque: bool = False
    why: str = ""
    default: ArgValue = None

    def bases(self) -> tuple["Unknown", ...]:
        """The unknown values that it comes from, each once."""
        found = {part.written: part for whole in self.parts for part in whole.bases()}
        return tuple(found.values()) if self.parts else (self,)


@dataclass(frozen=True, slots=True)
class Path:
    """A name that leads into a library: torch.nn.Linear."""

    dotted: str


@dataclass(eq=False, slots=True)
class Stranger(Unknown):
    """What the call of a class or function returns that is no layer; `name` is what is called."""

    name: str = ""
    problem: SourceProblem | None = None


@dataclass(eq=False, slots=True)
class Layer:
    """One made layer; None where it cannot be read.

    `chooses` says that the text itself takes one of the tensors that it returns.
    """

    read: ReadLayer | None
    findings: Findings = field(default_factory=Findings)
    chooses: bool = False


@dataclass(slots=True)
class Entry:
    """A module in a Sequential with its own name, or none, and where it was put in."""

    name: str
    module: Value
    node: ast.expr


@dataclass(eq=False, slots=True)
class Chain:
    """An `nn.Sequential` that is being filled."""

    node: ast.expr
    entries: list[Entry] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    attrs: dict[str, Value] = field(default_factory=dict)
    klass: "Klass | None" = None
    frozen: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """The names that hold at a place of the text, and the object whose method it is.

    `homes` are the scopes of the names that are declared global or nonlocal.
    """

    values: dict[str, Value] = field(default_factory=dict)
    outer: "Scope | None" = None
    klass: "Klass | None" = None
    own: Value = None
    homes: "dict[str, Scope]" = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Klass:
    """A class of the text; `bases` are other ones, or the paths of a library's classes."""

    name: str
    node: ast.ClassDef
    bases: "tuple[Klass | str, ...]"
    scope: Scope
    members: dict[str, Value] = field(default_factory=dict)
    small: SmallClass | None = None

    def root(self) -> str:
        """The library's class that it comes from; empty without one."""
        roots = [base.root() if isinstance(base, Klass) else base for base in self.bases]
        return next((root for root in roots if root), "")

    def find(self, name: str) -> "tuple[Klass, Value] | None":
        """A member with the class that it stands in; None where no class of the text has it."""
        return next(((each, each.members[name]) for each in self.lineage() if name in each.members), None)

    def lineage(self) -> "tuple[Klass, ...]":
        """The class and those of the text that it comes from, in the order in which Python looks."""
        every = [self, *(each for base in self.bases if isinstance(base, Klass) for each in base.lineage())]
        return tuple(dict.fromkeys(reversed(every)))[::-1]


@dataclass(eq=False, slots=True)
class Function:
    """A function of the text; `defaults` are those of its parameters that were known where it stands."""

    node: ast.FunctionDef
    scope: Scope
    klass: Klass | None = None
    defaults: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Partial:
    """A function or class with some of its arguments, as `functools.partial` makes it."""

    callee: Value
    args: list[ast.expr]
    words: list[ast.keyword]


@dataclass(eq=False, slots=True)
class Bound:
    """A method of an object that the text defines."""

    function: Function
    own: Value


@dataclass(eq=False, slots=True)
class Method:
    """A method of a value of ours, by its name."""

    own: Value
    name: str


@dataclass(eq=False, slots=True)
class Above:
    """What `super()` stands for."""

    klass: Klass
    own: Value


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the text."""

    klass: Klass
    node: ast.expr
    attrs: dict[str, Value] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    steps: "tuple[Step, ...] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One module through which a tensor went, and what the text calls it."""

    module: Value
    name: str
    node: ast.expr


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A tensor of a forward: the input with the steps behind it."""

    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """What a recurrent layer returns, or a part of that, with the tensor that goes in."""

    before: Flow
    step: Step
    part: str


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The shape of a tensor of a forward; with an index, one size of it."""

    flow: Flow
    index: int | None = None


MODULES = (Layer, Chain, Instance)
"""What can stand in a network."""

Answers = Mapping[str, ArgValue]
"""Values that somebody gave to names of the text."""
