"""The linear algebra of networks."""
