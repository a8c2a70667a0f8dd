"""Tests of what explains values that are not finite, and memory that does not suffice."""
