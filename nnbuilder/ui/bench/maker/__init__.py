"""Makes tensors by forms: numbers of every kind, files, rows of the data, what is in the network."""
