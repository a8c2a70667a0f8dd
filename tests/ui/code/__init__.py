"""Tests of the code panel."""
