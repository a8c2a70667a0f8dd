"""Tests of `nnbuilder.ui.moments`."""
