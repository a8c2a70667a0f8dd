"""Texts from elsewhere: what is read of them, what is asked, and where it goes."""

from nnbuilder.ui.importing.dialog import Choice, ImportDialog

__all__ = ["Choice", "ImportDialog"]
