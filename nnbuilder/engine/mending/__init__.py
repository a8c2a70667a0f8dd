"""Guesses at what would mend a failing layer, one file per family; torch decides which of them do."""
