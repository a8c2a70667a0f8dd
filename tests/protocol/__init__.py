"""Tests of what the window and the engine say to each other."""
