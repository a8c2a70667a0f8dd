"""What was drawn, as pure immutable values: nodes, edges, edits and torch's answer about them."""
