"""Tests of weights by hand."""
