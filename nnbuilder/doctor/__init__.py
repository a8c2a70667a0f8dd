"""Rules that look at project, analysis and data together and report what is likely to go wrong."""
