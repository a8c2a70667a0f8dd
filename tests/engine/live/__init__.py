"""Live reports."""
