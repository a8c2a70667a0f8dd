"""The tensor bench: lines in PyTorch's own words, read by `ast` and worked out by a closed table."""
