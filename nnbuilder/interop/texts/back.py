"""A reading of a text that was cleaned, with the places of the text that it was made of."""

import msgspec

from nnbuilder.interop.reading import Reading, ReadLayer
from nnbuilder.interop.texts.placed import Notes, PlacedText


def placed_back(reading: Reading, text: PlacedText, notes: Notes) -> Reading:
    """The reading with all places counted in the original, and with what was noticed before."""
    problems = [
        msgspec.structs.replace(problem, line=line, column=column)
        for problem in reading.problems
        for line, column in [text.place(problem.line, problem.column)]
    ]
    problems = sorted({*problems, *notes.problems}, key=lambda each: (each.line, each.column))
    skipped = [msgspec.structs.replace(each, line=text.place(each.line, 1)[0]) for each in reading.skipped]
    asked = tuple(
        msgspec.structs.replace(each, line=line, column=column)
        for each in reading.asked
        for line, column in [text.place(each.line, each.column)]
    )
    networks = tuple(
        msgspec.structs.replace(each, line=text.place(each.line, 1)[0]) for each in reading.networks
    )
    lines = {key: text.place(line, 1)[0] for key, line in reading.offer.lines.items()}
    return msgspec.structs.replace(
        reading,
        layers=tuple(_placed(layer, text) for layer in reading.layers),
        problems=tuple(problems),
        networks=networks,
        asked=asked,
        skipped=tuple(sorted((*skipped, *notes.skipped), key=lambda each: each.line)),
        offer=msgspec.structs.replace(reading.offer, lines=lines),
    )


def _placed(layer: ReadLayer, text: PlacedText) -> ReadLayer:
    line, column = text.place(layer.line, layer.column)
    end_line, end_column = text.end_place(layer.end_line, layer.end_column)
    return msgspec.structs.replace(
        layer,
        layers=tuple(_placed(each, text) for each in layer.layers),
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
    )
