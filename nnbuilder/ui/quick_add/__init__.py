"""Adding layers by typing them."""
