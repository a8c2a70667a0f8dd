"""Finding an action by typing a part of its name, and doing it."""
