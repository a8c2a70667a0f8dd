"""What somebody probably meant by a name that does not exist."""

import difflib
from collections.abc import Iterable

_CLOSE = 0.7


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a word, letter case aside; None where none is like it."""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)
    close = difflib.get_close_matches(word[:80].casefold(), folded, n=1, cutoff=_CLOSE)
    return folded[close[0]] if close else None


def asked(word: str, known: Iterable[str], prefix: str = "") -> str:
    """The question at the end of a sentence about an unknown name; empty where nothing is like it."""
    name = meant(word, known)
    return f" Did you mean {prefix}{name}?" if name else ""
