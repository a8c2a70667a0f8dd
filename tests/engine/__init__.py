"""Tests of `nnbuilder.engine`."""
