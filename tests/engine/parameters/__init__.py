"""Tests of the parameters as a table and by hand."""
