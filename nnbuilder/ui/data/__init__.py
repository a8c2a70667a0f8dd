"""The data panel: which data, how it is split and scaled, and what it turned out to be."""
