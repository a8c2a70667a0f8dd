"""Tests of start-up, crash handling and the program without a display."""
