"""Tests of this panel."""
