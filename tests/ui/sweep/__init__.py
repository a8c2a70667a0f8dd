"""Tests of the sweep panel."""
