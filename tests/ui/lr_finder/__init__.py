"""Tests of the learning-rate finder."""
