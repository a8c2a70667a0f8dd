"""Tests of the table of all parameters."""
