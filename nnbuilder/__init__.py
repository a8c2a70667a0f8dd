"""NNBuilder: draw a neural network, train it on real data and watch it learn."""

__version__ = "0.1.0"
