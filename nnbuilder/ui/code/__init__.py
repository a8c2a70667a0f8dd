"""The code panel: the drawing as PyTorch source, edited as text and followed both ways."""
