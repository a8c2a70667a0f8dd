"""Ways out of the window: one box for all formats, and pictures of the drawing."""
