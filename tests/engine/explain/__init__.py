"""Worked arithmetic held against torch."""
