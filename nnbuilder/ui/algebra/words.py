"""What the pages of linear algebra say, as sentences with their numbers."""

from nnbuilder.protocol.algebra import NOTHING, Collapsed, Fitted, Regressed, Stretch, Tried

_TERMS = 6
"""Products that are written out."""

NO_STRETCH = (
    "No two Linear layers follow each other in this network, neither directly nor with one activation "
    "between them: there is nothing to multiply."
)


def number(value: float) -> str:
    """A number with as many digits as help."""
    if value == 0:
        return "0"
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e4 else f"{value:.3g}"


def title_of(stretch: Stretch) -> str:
    """The layers of a stretch by their names, with what stands between them."""
    words = [f"Linear {stretch.names[0]}"]
    for between, name in zip(stretch.between, stretch.names[1:], strict=True):
        words += ["→", *([between, "→"] if between else []), f"Linear {name}"]
    return " ".join(words)


def opening(stretch: Stretch) -> str:
    """Why these layers are one, or what keeps them from it."""
    title = title_of(stretch)
    if not stretch.plain:
        return (
            f"{title}: without the activation they would be W = W₂W₁ and b = W₂b₁ + b₂; with it they are not."
        )
    if len(stretch.nodes) == 2:
        return f"{title}: W₂(W₁x + b₁) + b₂ is (W₂W₁)x + (W₂b₁ + b₂), one matrix and one bias."
    return f"{title}: a product of matrices is a matrix, so these are one W and one b."


def between_words(activation: str, stretch: Stretch) -> str:
    """An activation as a choice."""
    drawn = next((name for name in stretch.between if name), NOTHING)
    word = activation or "nothing"
    return f"{word} (as drawn)" if activation == drawn else word


def count_words(found: Collapsed) -> str:
    """What the layers hold and what the one holds, with how it is counted."""
    many, one = found.counts
    rows, columns = found.shape
    text = (
        f"Parameters: {found.formulas[0]} = {many:,} in the layers, {found.formulas[1]} = {one:,} in the "
        f"one, which is {columns:,} → {rows:,}."
    )
    if found.rank < found.full:
        text += (
            f" W has rank {found.rank} of at most {found.full}: less comes through than one Linear could let."
        )
    return text


def agreement(found: Collapsed, tried: Tried) -> str:
    """Whether the layers and the one say the same."""
    if not tried.activation:
        return (
            f"The same: over {found.rows} the outputs of the layers and of the one Linear differ by at most "
            f"{tried.largest:.1e}, which is the rounding of float32."
        )
    text = (
        f"Not the same: {tried.activation} changes {tried.changed:.0%} of the hidden numbers, and the "
        f"outputs differ by up to {number(tried.largest)}, {number(tried.mean)} in the mean."
    )
    if tried.best is not None:
        text += f" Even the Linear that fits these rows best is off by up to {number(tried.best)}."
    return text


def product(found: Collapsed, row: int, column: int) -> str:
    """One number of W or b, worked out of the layers' own weights."""
    if column >= len(found.right[0]):
        return f"b[{row}] = {number(found.bias[row])}: what the layers make of zeros." if found.bias else ""
    terms = [(left, rights[column]) for left, rights in zip(found.left[row], found.right, strict=False)]
    shown = [f"{_signed(left)}·{_signed(right)}" for left, right in terms[:_TERMS]]
    rest = found.inner - _TERMS
    more = f" + … ({rest} more)" if rest > 0 else ""
    return f"W[{row}, {column}] = {' + '.join(shown)}{more} = {number(found.weight[row][column])}"


def _signed(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def replacing(stretch: Stretch, found: Collapsed) -> str:
    """Why the layers can be replaced, or why not."""
    if not stretch.plain:
        return "With an activation between them no single Linear does the same, so none can take their place."
    if not stretch.together:
        return "They lie in different groups: put them side by side first, and one can take their place."
    apart = "" if found.whole is None else f" What the network gives changes by at most {found.whole:.1e}."
    return f"As they are drawn, one Linear can take their place with these weights.{apart} Undo goes back."


def verdict(found: Regressed) -> str:
    """How far the two agree."""
    same = "all" if found.same == found.rows else f"{found.same:,} of"
    rows = f"{same} {found.rows:,} training rows" if found.rows > 1 else "the row"
    return (
        f"PyTorch and scikit-learn give {rows} the same class, and probabilities that differ by at most "
        f"{found.apart:.1e}: one Linear with {_end(found)} is logistic regression."
    )


def _end(found: Regressed) -> str:
    return "a sigmoid behind it" if len(found.fits[0].weight) == 1 else "a softmax behind it"


def standing(found: Regressed) -> str:
    """What the drawn network has to do with it."""
    if len(found.fits) < 3:
        return (
            "Your network is not a single Linear for these classes, so it has no column here. "
            "The templates (Ctrl+Shift+N) have one that is: Logistic regression."
        )
    own, best = found.fits[2], found.fits[0]
    return (
        f"Your network is such a Linear. As it stands its loss is {number(own.loss)}; the best is "
        f"{number(best.loss)}. Train it and look again: its coefficients come closer."
    )


def worth(fit: Fitted) -> str:
    """The loss and accuracy of one way."""
    return f"loss {number(fit.loss)}, accuracy {fit.accuracy:.1%}"
