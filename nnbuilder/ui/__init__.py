"""The window: widgets that show the document and emit intentions."""
