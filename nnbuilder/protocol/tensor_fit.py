"""How one tensor of a file compares with the network's."""

import msgspec


class TensorFit(msgspec.Struct, frozen=True):
    """One tensor by its name: its shape in the file and the one that the network has, None where it is not.

    `own` is its name in the network, where that is another one.
    """

    name: str
    file: tuple[int, ...] | None
    network: tuple[int, ...] | None
    own: str = ""

    @property
    def fits(self) -> bool:
        """Whether it is on both sides with one shape."""
        return self.file is not None and self.file == self.network
