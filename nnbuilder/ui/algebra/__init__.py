"""The linear algebra of a network: several Linear layers as one, and logistic regression two ways."""

from nnbuilder.ui.algebra.dialog import AlgebraDialog

__all__ = ["AlgebraDialog"]
