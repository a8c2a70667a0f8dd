"""Tests of the analysis report."""
