"""One class for each mouse gesture on the canvas: start, move, end, cancel."""
