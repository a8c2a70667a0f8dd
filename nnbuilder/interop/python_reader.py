"""Python source that makes a network of torch.nn, read symbolically: nothing of it ever runs.

Read are Sequentials in every spelling and what fills them line by line, classes whose forward is a chain,
functions that return networks, and layers alone; names, sums, loops and conditions are worked out where the
text itself gives their values. Sizes stay pinned to the numbers that the text names; `followed` frees those
that would come out the same. What the text leaves open is asked for, what does not belong to the network is
named as skipped, and everything that is wrong comes at once, with line and column.
"""

from collections.abc import Mapping

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reader.report import report
from nnbuilder.interop.reading import Reading
from nnbuilder.interop.source_tree import SourceRefused, SourceTree


def read_source(text: str, answers: Mapping[str, ArgValue] = {}, network: str = "") -> Reading:
    """The network that a text spells out; total over any text.

    `answers` gives values to names that the text leaves open, keyed as they are written there; `network`
    chooses one of several by its name, the last one that no other one uses if empty.
    """
    try:
        tree = SourceTree(text)
    except SourceRefused as error:
        return Reading(problems=(error.problem,))
    return report(tree, answers, network)
