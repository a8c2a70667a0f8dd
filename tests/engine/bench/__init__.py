"""The tensor bench, held against torch itself."""
