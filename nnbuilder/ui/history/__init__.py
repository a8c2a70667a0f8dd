"""Every edit of the document as a list to jump in."""
