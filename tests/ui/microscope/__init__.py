"""The microscope panel."""
