"""Showing, printing and changing the shortcuts."""
