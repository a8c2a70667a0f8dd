"""Networks told from the names and shapes of a state_dict alone."""
