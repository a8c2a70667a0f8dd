"""The microscope: one training step of the network, number by number."""
