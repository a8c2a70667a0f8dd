"""Live plots of a run: loss, metric, and histograms of the weights over time."""
