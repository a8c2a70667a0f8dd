"""Tests of `nnbuilder.ui.welcome`."""
