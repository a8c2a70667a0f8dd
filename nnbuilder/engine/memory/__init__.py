"""How much memory a training needs, how much is free, and what fits."""
