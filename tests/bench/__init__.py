"""Measures how fast and how small the program is, beside others in the same run: `make bench`."""
