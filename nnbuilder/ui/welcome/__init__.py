"""The welcome page: examples, recent files, a new drawing."""
