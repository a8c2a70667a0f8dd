"""Python source as networks: a small symbolic evaluator with closed tables, which never runs anything."""
