"""What can be wrong with data: faults that name line, column and field, raised together."""

import msgspec

from nnbuilder.graph.errors import NNBuilderError

FAULT_LIMIT = 1000
"""How many faults of one table are described; more are only counted."""


class DataFault(msgspec.Struct, frozen=True):
    """One thing in the data, or in what was chosen about it, that keeps it from being loaded.

    `code` is stable (`data-cell-count`), `line` the physical line of a file (from 1), `column` the name of
    the column, `field` the place in the `DataSpec` that could be changed, for example `source.path`.
    """

    code: str
    message: str
    line: int | None = None
    column: str = ""
    field: str = "source"


class DataError(NNBuilderError):
    """Data cannot be loaded; `faults` are described one by one, `total` counts the others too.

    `choices` are values that the field of the first fault could have instead.
    """

    def __init__(
        self, faults: tuple[DataFault, ...], total: int | None = None, choices: tuple[str, ...] = ()
    ) -> None:
        self.faults = faults
        self.choices = choices
        self.total = len(faults) if total is None else total
        more = f" ({self.total - 1:,} more like this)" if self.total > 1 else ""
        super().__init__(faults[0].message + more)


def refuse(code: str, message: str, field: str = "source") -> DataError:
    """An error of a single fault."""
    return DataError((DataFault(code, message, field=field),))
