"""Tests of the report panel."""
