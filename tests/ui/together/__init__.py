"""Tests of the box that writes the command for several processes."""
