"""Tests of the networks to start from."""
