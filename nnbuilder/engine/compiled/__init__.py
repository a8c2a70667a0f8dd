"""A whole training step as one compiled graph: loss, gradients and the optimizer's change of the weights."""
