"""Tests of the starter projects."""
