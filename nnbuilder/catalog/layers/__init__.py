"""One file of layer declarations per heading of the torch.nn documentation."""
