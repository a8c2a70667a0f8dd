"""Everything that stands around code in a paste, taken off until Python reads what is left."""

from collections.abc import Callable

from nnbuilder.interop.texts import letters, margins
from nnbuilder.interop.texts.markdown import unfenced
from nnbuilder.interop.texts.mending import mended
from nnbuilder.interop.texts.placed import Notes, PlacedText
from nnbuilder.interop.texts.prompts import unprompted, without_magic
from nnbuilder.interop.texts.statements import readable, without_sentences

_MARGINS: tuple[Callable[[PlacedText], PlacedText], ...] = (
    margins.with_even_margin,
    margins.without_tabs,
    lambda text: margins.without_tabs(text, 8),
    lambda text: margins.with_even_margin(margins.without_tabs(text)),
)
"""Ways in which the blanks in front of lines may have been lost."""

_OPENERS = (":", "(", "[", "{", "\\")


def unwrapped(text: PlacedText, notes: Notes) -> PlacedText:
    """The text without fences, prompts, line numbers and the commands of a notebook."""
    text = unprompted(text, notes)
    if readable(text.text):
        return text
    text = margins.without_numbers(margins.without_marks(unfenced(text, notes)))
    return without_magic(unprompted(text, notes), notes)


def repaired(text: PlacedText, notes: Notes) -> PlacedText:
    """The text as it was meant; each slip is told."""
    if readable(text.text):
        return mended(text, notes)
    if letters.has_odd_letters(text.text):
        text = letters.plain_letters(text, notes)
        if readable(text.text):
            return mended(text, notes)
    text = without_sentences(text, notes)
    for changed in (text, *(way(text) for way in _MARGINS)):
        if readable(changed.text):
            return mended(changed, notes)
    text = margins.dedented(margins.without_tabs(text))
    filled = [line for line in text.lines() if line.strip()]
    if filled and not filled[0].rstrip().endswith(_OPENERS):
        text = margins.with_even_margin(text)
    return mended(text, notes)
