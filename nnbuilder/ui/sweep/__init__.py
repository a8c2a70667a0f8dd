"""Sweeps: what to vary, and how the runs went, as a table and as lines between axes."""
