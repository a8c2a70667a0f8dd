"""Wires session and widgets into one window and starts it."""
