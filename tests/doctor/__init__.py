"""Tests of `nnbuilder.doctor`: each rule fires, lets near misses be, is mended, and torch agrees."""
