"""Worked arithmetic: the rules of layers, losses, gradients and updates with the numbers of one pass."""
