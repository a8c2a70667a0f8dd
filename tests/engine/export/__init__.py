"""Tests of the ways out that need torch."""
