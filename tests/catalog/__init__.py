"""Tests of what can be drawn and chosen."""
