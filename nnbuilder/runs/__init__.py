"""Run records on disk: written by the engine, read by the window and the command line."""
