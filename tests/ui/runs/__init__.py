"""Tests of the runs panel."""
