"""Tests of `nnbuilder.ui.training`."""
