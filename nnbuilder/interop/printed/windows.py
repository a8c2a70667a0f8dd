"""Convolutions and pooling of a table: kernel, stride and padding from counts and sizes."""

from collections.abc import Iterator

import msgspec

from nnbuilder.interop.printed.facts import Conclusion, Facts, Words, complete, known

_USUAL_KERNELS = (3, 5, 4, 7, 2, 1, 11, 9, 6, 8)
"""Sizes of kernels, the likeliest first."""

_USUAL_CHANNELS = (1, 3)
"""How many channels pictures have, where the table does not show what comes in first."""


class _Filters(msgspec.Struct, frozen=True):
    """One way in which the parameters of a convolution come about."""

    channels: int
    kernel: int
    groups: int
    bias: bool


def convolution(facts: Facts) -> Conclusion:
    """A convolution or its transpose."""
    if facts.out is None or not facts.out or not facts.out[0] or not facts.params:
        return Conclusion(fault="the table shows neither its channels nor its parameters")
    ways = list(_ways(facts, known(facts.out[0])))
    wanted = facts.answers.get("kernel_size")
    fitting = [way for way in ways if wanted is None or way.kernel == wanted]
    if not fitting:
        return Conclusion(fault="no square kernel has that many parameters")
    way = fitting[0]
    asked: Words = {}
    if len({(each.kernel, each.channels) for each in ways}) > 1 and wanted is None:
        asked["kernel_size"] = way.kernel
    words: Words = {
        "in_channels": way.channels,
        "out_channels": facts.out[0],
        "kernel_size": way.kernel,
        "groups": way.groups,
        "bias": way.bias,
    }
    assumed = [*([] if facts.before else ["in_channels"]), *([] if facts.kernel else ["kernel_size"])]
    return _with_steps(facts, way.kernel, Conclusion(words, tuple(assumed), asked))


def pooling(facts: Facts) -> Conclusion:
    """Pooling with a window that moves."""
    shown = facts.kernel[0] if facts.kernel else None
    wanted = facts.answers.get("kernel_size", shown)
    factor = _factor(facts)
    kernel = wanted if isinstance(wanted, int) else factor
    if kernel is None:
        return Conclusion({"kernel_size": 2}, asked={"kernel_size": 2})
    words: Words = {"kernel_size": kernel}
    if factor == kernel:
        return Conclusion(words, ("kernel_size", "stride", "padding"))
    return _with_steps(facts, kernel, Conclusion(words, ("kernel_size",)))


def _factor(facts: Facts) -> int | None:
    """How many times smaller every size becomes, without a rest."""
    if not complete(facts.before) or not complete(facts.out) or facts.before is None or facts.out is None:
        return None
    pairs = [(known(big), known(small)) for big, small in zip(facts.before[1:], facts.out[1:], strict=False)]
    factors = {big // small for big, small in pairs if small and big % small == 0}
    whole = all(small and big % small == 0 for big, small in pairs)
    return factors.pop() if whole and len(factors) == 1 else None


def _ways(facts: Facts, out: int) -> Iterator[_Filters]:
    """The ways in which the parameters come about, the likeliest first."""
    channels = facts.before[0] if facts.before else None
    weights = {bias: divmod(facts.params - bias * out, out) for bias in (True, False)}
    counts = {bias: count for bias, (count, rest) in weights.items() if not rest and count > 0}
    if channels:
        found = [_square(facts, count, channels, out, bias) for bias, count in counts.items()]
        yield from (way for way in found if way is not None)
        return
    shown = facts.kernel[0] if facts.kernel else None
    kernels = [shown] if shown else _USUAL_KERNELS
    open_ways = [
        _Filters(count // kernel**facts.dims, kernel, 1, bias)
        for bias, count in counts.items()
        for kernel in kernels
        if count % kernel**facts.dims == 0
    ]
    usual = [way for way in open_ways if way.channels in _USUAL_CHANNELS]
    yield from usual if usual and "kernel_size" not in facts.answers else open_ways


def _square(facts: Facts, weights: int, channels: int, out: int, bias: bool) -> _Filters | None:
    """One filter for all channels, or else one for each."""
    shown = facts.kernel[0] if facts.kernel else None
    for groups in dict.fromkeys((1, channels)):
        kernel = _root(weights * groups, channels, facts.dims)
        if kernel is not None and out % groups == 0 and shown in {None, kernel}:
            return _Filters(channels, kernel, groups, bias)
    return None


def _root(product: int, channels: int, dims: int) -> int | None:
    """The size of a square kernel with that many numbers for each channel."""
    count, rest = divmod(product, channels)
    if rest or not dims:
        return None
    kernel = round(count ** (1 / dims))
    return kernel if kernel**dims == count else None


def _with_steps(facts: Facts, kernel: int, conclusion: Conclusion) -> Conclusion:
    """The conclusion with stride and padding, where the sizes tell them."""
    words, asked = dict(conclusion.words), dict(conclusion.asked)
    assumed = (*conclusion.assumed, "stride", "padding")
    steps = list(_steps(facts, kernel))
    for name, place in (("stride", 0), ("padding", 1)):
        answer = facts.answers.get(name)
        if answer is not None:
            steps = [step for step in steps if step[place] == answer]
            words[name] = answer
    if steps:
        for name, value in zip(("stride", "padding", "output_padding"), steps[0], strict=False):
            words.setdefault(name, value)
        if len(steps) > 1:
            asked |= {name: words[name] for name in ("stride", "padding") if name not in facts.answers}
    else:
        asked |= {name: value for name, value in (("stride", 1), ("padding", 0)) if name not in facts.answers}
    words |= asked
    return Conclusion(words, assumed, asked)


def _steps(facts: Facts, kernel: int) -> Iterator[tuple[int, ...]]:
    """Each stride and padding, within the kernel, that gives the sizes."""
    if not complete(facts.before) or not complete(facts.out) or facts.before is None or facts.out is None:
        return
    pairs = [(known(big), known(small)) for big, small in zip(facts.before[1:], facts.out[1:], strict=False)]
    if not pairs:
        return
    transposed = "Transpose" in facts.kind
    for stride in range(1, max(kernel, 2) + 1):
        for padding in range(kernel // 2 + 1):
            if not transposed:
                if all((big + 2 * padding - kernel) // stride + 1 == small for big, small in pairs):
                    yield stride, padding
                continue
            rests = {small - ((big - 1) * stride - 2 * padding + kernel) for big, small in pairs}
            rest = rests.pop()
            if not rests and 0 <= rest < max(stride, 1) and rest <= 1:
                yield (stride, padding, rest) if rest else (stride, padding)
