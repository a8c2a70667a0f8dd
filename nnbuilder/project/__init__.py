"""The document: project, edits, problems and fixes, its file and the recovery log."""
