"""Where the samples come from: declared here, loaded by engine and command line alone."""
