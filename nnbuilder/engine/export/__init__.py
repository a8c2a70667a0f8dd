"""Ways out that need torch: the network with its weights, its source run once, the course of a training."""
