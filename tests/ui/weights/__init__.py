"""Tests of taking weights from files."""
