"""Looks into one pass of a network: forward, loss, backward and update, number by number."""
