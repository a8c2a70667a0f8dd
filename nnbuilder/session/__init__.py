"""The window's end of the work without a widget: document, undo, engine client and runs."""
