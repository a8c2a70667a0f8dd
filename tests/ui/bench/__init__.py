"""The tensor bench's panel, on a real process."""
