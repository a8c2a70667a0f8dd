"""Tests of the symbolic evaluator behind the reading of Python."""
