"""Tests of what a training needs and what is free."""
