"""Reports that a run sends while somebody looks: computed in its process, by name."""
