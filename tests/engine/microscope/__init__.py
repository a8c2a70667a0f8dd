"""Looks into one pass, held against torch."""
