"""The stored runs of a project: a list to sort and filter, what was said of them, and how they compare."""
