"""Tests of the box of all ways out."""
