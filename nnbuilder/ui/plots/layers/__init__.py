"""The page of the plots that shows what happens in each layer over the course of a run."""
