"""Tests of bringing in networks as text."""
