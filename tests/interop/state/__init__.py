"""Tests of networks told from state_dicts."""
