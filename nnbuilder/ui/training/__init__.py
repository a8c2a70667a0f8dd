"""The training panel: how the network is trained, and where a run stands."""
