"""Tests of the document, its file and its recovery."""
