"""What is said of a file of weights."""

from nnbuilder.protocol.tasks import WeightsFitted


def result_line(fitted: WeightsFitted) -> str:
    """How a file fits, in one or two sentences."""
    if not fitted.rows:
        return "There is no tensor in this file."
    if fitted.fault:
        return f"There is no network to compare with. {fitted.fault}"
    if fitted.complete:
        return f"All {len(fitted.rows):,} tensors fit the network."
    fits = sum(row.fits for row in fitted.rows)
    counts = (
        (sum(row.file is None for row in fitted.rows), "missing in the file"),
        (sum(row.network is None for row in fitted.rows), "not in the network"),
        (
            sum(None not in (row.file, row.network) and not row.fits for row in fitted.rows),
            "of another shape",
        ),
    )
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    return f"{fits:,} of {len(fitted.rows):,} tensors fit; {told}. Weights are taken whole or not at all."
