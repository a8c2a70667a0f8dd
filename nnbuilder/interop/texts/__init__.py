"""Getting Python out of what people paste: wrappings taken off, slips mended and told, places kept."""
