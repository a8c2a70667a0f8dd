"""Rules on what PyTorch does not report and what still wastes an hour of training.

Each rule is a row of a table (`doctor.rules.RULES`) around a small pure function. What only torch can say
comes in as values: the analysis, how activations treat numbers, and one real pass over the first batch.
"""
