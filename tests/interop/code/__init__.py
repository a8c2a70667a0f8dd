"""Tests of text and drawing as two sides of one thing."""
