"""The one door for any text that somebody pastes or opens: its network, and what stands in the way of it."""

import re
from collections.abc import Mapping

import msgspec

from nnbuilder.graph import limits
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.printed.prints import read_models
from nnbuilder.interop.printed.summaries import read_tables
from nnbuilder.interop.printed.tables import tables_in
from nnbuilder.interop.printed.tree import printed_models
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import Reading
from nnbuilder.interop.texts.back import placed_back
from nnbuilder.interop.texts.beside import filled_lines, joined, without_lines
from nnbuilder.interop.texts.cleaning import repaired, unwrapped
from nnbuilder.interop.texts.notebooks import NOTEBOOK_BYTES, Notebook, looks_like_notebook, notebook_of
from nnbuilder.interop.texts.placed import Notes, PlacedText

_NO_ANSWERS: Mapping[str, ArgValue] = {}

_LINE = re.compile(r" in line (\d{1,6})\b")

_MOST_BACKSLASHES = 2_000
"""A text with more of them is no network, and looking for quotes in it takes long."""


def read_text(text: str, answers: Mapping[str, ArgValue] = _NO_ANSWERS, network: str = "") -> Reading:
    """The network of any text; total, and nothing of the text is ever run.

    Read are Python, also inside Markdown, interactive sessions and notebook files, printed models and the
    tables of torchinfo, torchsummary and Keras. Places are those of the text as it is given; in a notebook
    they are those of `code_of`. Slips are told all at once, as errors, and the layers are those that were
    meant. `answers` are values for what an earlier reading asked for, and `network` chooses one of several.
    """
    notebook = _notebook(text)
    if notebook is not None:
        reading = _read(notebook.text, answers, network)
        return _with_cells(reading, notebook)
    return _read(text, answers, network)


def code_of(text: str) -> str:
    """The text that places of a reading are counted in: a notebook's code, any other text as it is."""
    notebook = _notebook(text)
    return text if notebook is None else notebook.text


def _notebook(text: str) -> Notebook | None:
    if len(text) > NOTEBOOK_BYTES or not looks_like_notebook(text):
        return None
    return notebook_of(text)


def _read(text: str, answers: Mapping[str, ArgValue], network: str) -> Reading:
    if len(text) > limits.SOURCE_BYTES or "\0" in text or text.count("\\") > _MOST_BACKSLASHES:
        return read_source(text, answers, network)
    notes = Notes()
    original = PlacedText(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
    text_alone = unwrapped(original, notes)
    lines = text_alone.lines()
    models = tuple(printed_models(lines)) if "): " in text_alone.text else ()
    tables = tuple(tables_in(lines)) if "Param" in text_alone.text else ()
    if not models and not tables:
        return _read_code(text_alone, notes, answers, network)
    spans = [(model.root.line, model.root.end_line) for model in models]
    spans += [(table.line, table.end_line) for table in tables]
    printed, rest = without_lines(text_alone, spans)
    if rest.text.strip():
        reading = _read_code(rest, Notes(), answers, network)
        if reading.layers or reading.asked:
            return msgspec.structs.replace(reading, skipped=joined(reading.skipped, printed))
    outside = Notes()
    outside.skipped += [*notes.skipped, *filled_lines(rest)]
    if models:
        return placed_back(read_models(models, answers, network), text_alone, outside)
    return placed_back(read_tables(tables, answers), text_alone, outside)


def _read_code(text: PlacedText, notes: Notes, answers: Mapping[str, ArgValue], network: str) -> Reading:
    placed = repaired(text, notes)
    return placed_back(read_source(placed.text, answers, network), placed, notes)


def _with_cells(reading: Reading, notebook: Notebook) -> Reading:
    """The reading with the cell named in each problem."""
    problems = []
    for problem in reading.problems:
        cell, line = notebook.place(problem.line)
        words = _LINE.sub(lambda found: _in_cell(notebook, int(found[1])), problem.message)
        message = f"Cell {cell}, line {line}: {words}"
        problems.append(msgspec.structs.replace(problem, message=message))
    return msgspec.structs.replace(reading, problems=tuple(problems))


def _in_cell(notebook: Notebook, line: int) -> str:
    cell, inside = notebook.place(line)
    return f" in line {inside} of cell {cell}"
