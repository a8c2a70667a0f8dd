"""The layer between drawings and other formats: source text and pictures."""
