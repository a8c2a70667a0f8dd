"""Tests of the drawing as a value."""
