"""The tensor bench in the window: a line to type into, what is named, and every value looked at."""
