"""The torch end: analysis, training and traces, each in a process without Qt."""
