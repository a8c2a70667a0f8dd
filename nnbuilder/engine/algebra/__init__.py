"""The linear algebra of a network: Linear layers that are one, and the regression that a single one is."""
