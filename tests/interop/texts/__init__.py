"""Tests of what is taken off a paste and mended in it."""
