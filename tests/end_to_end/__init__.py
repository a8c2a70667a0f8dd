"""Tests of whole programs: real engines, real files, real processes."""
