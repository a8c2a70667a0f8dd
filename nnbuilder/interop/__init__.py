"""Networks in other notations: Python source and pictures of a graph."""
