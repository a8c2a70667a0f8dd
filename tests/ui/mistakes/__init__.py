"""The box that shows mistakes beside the right loop."""
