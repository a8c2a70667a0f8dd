"""Tests of `nnbuilder.data`."""
