"""The house rules as tests: sizes, imports, dangerous calls, pins."""
