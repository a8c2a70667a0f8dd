"""What can be drawn and chosen: layers, losses and optimizers as declarations."""
