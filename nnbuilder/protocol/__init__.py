"""What the window and the engine say to each other: frozen messages and their framing."""
