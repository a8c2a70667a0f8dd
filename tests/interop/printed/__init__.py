"""Tests of printed models and tables."""
