"""The network's parameters as a table and by hand: figures, numbers, changes, schemes."""
