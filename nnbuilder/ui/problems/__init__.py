"""The list of problems, each with its fixes."""
