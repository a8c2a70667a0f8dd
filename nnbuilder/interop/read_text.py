"""The one door for any text that somebody pastes or opens: its network, and what stands in the way of it."""

from collections.abc import Mapping

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import Reading

_NO_ANSWERS: Mapping[str, ArgValue] = {}


def read_text(text: str, answers: Mapping[str, ArgValue] = _NO_ANSWERS, network: str = "") -> Reading:
    """The network of any text; total, and nothing of the text is ever run.

    `answers` are values for the names that an earlier reading asked for, and `network` chooses one of
    several by its name.
    """
    del answers, network  # a literal network asks for nothing and stands alone
    return read_source(text)
