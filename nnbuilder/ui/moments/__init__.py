"""The time machine: past moments of a run looked at, taken over, gone back to and branched from."""

from nnbuilder.ui.moments.place import Moments

__all__ = ["Moments"]
