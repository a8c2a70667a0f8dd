"""Source text and drawing as two sides of one thing: a change of one is the least change of the other."""
