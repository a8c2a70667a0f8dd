"""The network as a list: all that the canvas shows, for the keyboard and for screen readers."""
