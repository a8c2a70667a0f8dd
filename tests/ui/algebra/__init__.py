"""Tests of the pages about linear algebra."""
