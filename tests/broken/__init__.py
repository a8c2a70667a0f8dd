"""Networks with one mistake each, as people make them: project files, and what is to be said of them."""
