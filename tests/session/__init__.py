"""Tests of the window's end: document, engine client, analysis, runs."""
