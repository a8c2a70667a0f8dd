"""How well a typed text fits a name: words first, then letters that stand in it in this order."""

from collections.abc import Iterable


def score(typed: str, name: str, words: Iterable[str] = ()) -> int | None:
    """The lower the better, None where a typed word is nowhere; `words` count less than the name."""
    total = 0
    title, others = name.casefold(), " ".join(words).casefold()
    for word in typed.casefold().split():
        fit = _fit(word, title)
        if fit is None:
            if word not in others:
                return None
            fit = 300
        total += fit
    return total


def _fit(word: str, title: str) -> int | None:
    if title.startswith(word):
        return len(title) - len(word)
    starts = f" {title}".find(f" {word}")
    if starts >= 0:
        return 60 + starts
    if word in title:
        return 120 + title.index(word)
    return 200 + len(title) if scattered(word, title) else None


def scattered(word: str, text: str) -> bool:
    """Whether the letters stand in the text in this order, the first one at the start of a word."""
    if len(word) < 2:
        return False
    starts = [index for index, letter in enumerate(text) if letter == word[0] and f" {text}"[index] == " "]
    return any(_ordered(word, text[start:]) for start in starts)


def _ordered(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)
