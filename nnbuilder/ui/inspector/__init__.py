"""The inspector: what is selected, its arguments, shapes, parameters and weights."""
