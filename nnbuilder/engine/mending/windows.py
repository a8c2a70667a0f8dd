"""Windows that do not fit: a kernel larger than the picture, too much padding, strides, dilation."""

from nnbuilder.engine.mending.case import Case, Guesses, Rank, fitting, removed, spread

Sizes = tuple[int, ...]


def guesses(case: Case) -> Guesses:
    """The largest kernel that fits, then padding that makes room, then less of everything else."""
    sides = case.sizes[1:]
    kernel = _numbers(case, "kernel_size", len(sides), None)
    if kernel is not None and sides:
        yield from _kernels(case, sides, kernel)
    yield from _border(case)
    for name, value in (("dilation", 1), ("stride", 1)):
        arg = case.spec.arg(name)
        if arg is not None and arg.default != value and case.args.get(name) != value:
            yield case.set(name, value, Rank.POSSIBLE)  # the default is another family's


def _kernels(case: Case, sides: Sizes, kernel: Sizes) -> Guesses:
    count = len(sides)
    padding = _numbers(case, "padding", count, 0) or (0,) * count
    dilation = _numbers(case, "dilation", count, 1) or (1,) * count
    room = [side + 2 * pad for side, pad in zip(sides, padding, strict=True)]
    least = tuple(
        max(min(size, (free - 1) // step + 1), 1)
        for size, free, step in zip(kernel, room, dilation, strict=True)
    )
    reach = [step * (size - 1) + 1 for size, step in zip(kernel, dilation, strict=True)]
    if least != kernel:
        if set(least) == {1} and not case.spec.count:
            yield removed(case, Rank.MEANT)  # a window of one number changes nothing
        yield from _sized(case, "kernel_size", least, Rank.MEANT)
        more = tuple(max(-(-(far - side) // 2), 0) for far, side in zip(reach, sides, strict=True))
        yield from _sized(case, "padding", more)
    yield from _sized(case, "padding", tuple(size // 2 for size in kernel))
    yield from _sized(case, "padding", tuple(far // 2 for far in reach))
    if all(padding):
        yield from _sized(case, "kernel_size", tuple(2 * pad for pad in padding))
    fitted = tuple(max(side - size + 1, 1) for side, size in zip(sides, kernel, strict=True))
    yield from _sized(case, "output_size", fitted)


def _border(case: Case) -> Guesses:
    """Padding layers name each border; what they copy from inside must be there."""
    if case.spec.arg("kernel_size") is not None or case.spec.arg("padding") is None:
        return
    sides = case.sizes[1:]
    padding = spread(case.args.get("padding"), 2 * len(sides))
    if padding is None or not sides:
        return
    for short in (1, 0):
        ends = [side - short for side in reversed(sides) for _ in range(2)]
        yield from _sized(
            case, "padding", tuple(min(pad, end) for pad, end in zip(padding, ends, strict=True))
        )


def _sized(case: Case, name: str, sizes: Sizes, rank: Rank = Rank.LIKELY) -> Guesses:
    arg = case.spec.arg(name)
    if arg is None:
        return
    value = fitting(arg, sizes)
    if arg.fault(value) is None and value != case.args.get(name):
        yield case.set(name, value, rank)


def _numbers(case: Case, name: str, count: int, missing: int | None) -> Sizes | None:
    value = case.args.get(name, missing)
    return None if value is None else spread(value, count)
