"""Tests of `nnbuilder.ui.problems`."""
