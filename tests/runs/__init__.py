"""Tests of `nnbuilder.runs`."""
