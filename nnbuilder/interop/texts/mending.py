"""A text that Python cannot read: what is wrong with it, all of it at once, and the text as it was meant."""

import re
from collections.abc import Callable

from nnbuilder.interop.texts import brackets, naming, values
from nnbuilder.interop.texts.leftovers import without_faults
from nnbuilder.interop.texts.placed import Change, Notes, PlacedText
from nnbuilder.interop.texts.statements import Lines, quote_slips, readable
from nnbuilder.interop.texts.tokens import tokens_of
from nnbuilder.interop.texts.walk import Slip, Walk

MOST_LETTERS = 64 * 1024
"""Longer texts are not mended: Python's own word is given."""

_MOST_TOKENS = 20_000
_MOST_DEPTH = 40
_MOST_SLIPS = 100

_SUSPICIOUS = re.compile(
    r"""\b(?:torch|nn)\s*[,;:/|-] | \bnn\s+\w | \bnn\s*\.\s*\. | \b(?:torch|nn)[\d_A-Z]
    | [A-Z]\w*\s*[\[{] | \d,\d | \.\.\. | \b(?:true|false|none|null|TRUE|FALSE|NONE|NULL)\b
    | \)\s*\.\s*nn\b""",
    re.VERBOSE,
)
"""What a slip that Python reads looks like; without any of these there is none."""

Rule = Callable[[Walk], bool]
"""Looks at the token at the present place; True where it has dealt with it and gone on."""

_ALWAYS: tuple[Rule, ...] = (
    brackets.swapped,
    naming.dot,
    naming.glued,
    naming.bracket,
    values.decimal_comma,
    values.dots,
    values.word,
    values.dot_for_comma,
)
"""Slips that Python may read as something else."""

_FIRST: tuple[Rule, ...] = (values.quote, brackets.signature, brackets.next_statement)
"""What is looked at before it is known whether a statement begins."""

_BROKEN: tuple[Rule, ...] = (
    brackets.unclosed_layer,
    brackets.layer_before_closer,
    values.missing_comma,
    naming.lacking,
    *_ALWAYS,
    values.separator,
    values.extra_comma,
    brackets.closer,
)
"""Slips that keep Python from reading a text."""


def mended(text: PlacedText, notes: Notes) -> PlacedText:
    """The text as it was meant, each slip told as an error.

    A text without slips, or one that nobody would write, stays as it is.
    """
    if len(text.text) > MOST_LETTERS or text.text.count("\\") > 2_000:
        return text
    broken = not readable(text.text)
    if not broken and not _SUSPICIOUS.search(text.text):
        return text
    if broken:
        text = _told(text, list(quote_slips(text.text)), [], notes)
    walk = _walked(text, broken=broken)
    if walk is None:
        return text
    if broken:
        return without_faults(_told(text, walk.slips, walk.extra, notes), notes)
    if readable(_changed(text, walk.slips, walk.extra).text):
        return _told(text, walk.slips, walk.extra, notes)
    return text


def _walked(text: PlacedText, *, broken: bool) -> Walk | None:
    """A text with all its slips; None where it is not one that anybody would write."""
    walk = Walk(text, list(tokens_of(text.text)))
    if len(walk.tokens) > _MOST_TOKENS:
        return None
    lines = Lines()
    rules = (*_FIRST, lines.look, *_BROKEN) if broken else _ALWAYS
    while walk.at < len(walk.tokens):
        if not any(rule(walk) for rule in rules):
            walk.step()
        if len(walk.stack) > _MOST_DEPTH or len(walk.slips) > _MOST_SLIPS:
            return None
    if broken:
        brackets.finish(walk)
        lines.end(walk)
    return walk


def _told(text: PlacedText, slips: list[Slip], extra: list[Change], notes: Notes) -> PlacedText:
    for slip in slips:
        notes.error(text, slip.start, slip.message)
    return _changed(text, slips, extra)


def _changed(text: PlacedText, slips: list[Slip], extra: list[Change]) -> PlacedText:
    return text.changed([change for slip in slips for change in slip.changes] + extra)
