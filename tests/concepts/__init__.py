"""What a learner must be able to see and do, row by row: in the real window, on the real engine."""
