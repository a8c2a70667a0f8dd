"""Tests of the scripts and notebooks that projects are written as."""
