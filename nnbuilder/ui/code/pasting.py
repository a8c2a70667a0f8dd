"""What is pasted into the text: Python as it is, and what holds a network in another form as Python."""

import re

import msgspec

from nnbuilder.graph.graph import Graph
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import WriteError, module_source
from nnbuilder.interop.read_text import code_of, read_text
from nnbuilder.interop.texts.cleaning import repaired, unwrapped
from nnbuilder.interop.texts.placed import Notes, PlacedText
from nnbuilder.ui.code.hidden import marks_in, veiled
from nnbuilder.ui.code.places import one_line_end

_LONGEST = 2_000_000
_PRINTED = re.compile(r"^\s*\(\w+\): \w+\(|\bParam", re.MULTILINE)
"""What printed models and the tables of summaries hold."""


class Pasted(msgspec.Struct, frozen=True):
    """What is put into the text, and what a person should know of it."""

    text: str
    said: str = ""


def as_python(text: str) -> Pasted:
    """A pasted text as it goes into the editor.

    Fences of Markdown, prompts, commands of notebooks and their file format go away where Python stands in
    them; a printed model or the table of one is written as Python. All else stays as it is.
    """
    if "\n" not in text or len(text) > _LONGEST or read_source(text).layers:
        return Pasted(text)
    plain = one_line_end(text)
    code = unwrapped(PlacedText(one_line_end(code_of(plain))), Notes()).text
    if code != plain and read_source(code).layers:
        return Pasted(code, "Pasted the code; what stood around it was left out.")
    reading = read_text(plain)
    if not reading.ok:
        return Pasted(text)
    if _PRINTED.search(plain):
        written = _written(reading.fragment(Graph()))
        return Pasted(written, "Pasted a printed model as Python.") if written else Pasted(text)
    mended = repaired(PlacedText(code), Notes()).text
    if not any(marks_in(veiled(plain))) and read_source(mended).ok:
        return Pasted(mended, "Pasted with quotes and indentation as Python wants them.")
    return Pasted(text)


def _written(graph: Graph) -> str:
    """The layers of a graph as a module; empty where they cannot be written."""
    try:
        return module_source(graph, nodes=graph.nodes)
    except WriteError:
        return ""
