"""Tests of the window, with real mouse and key events and a stand-in for the engine."""
