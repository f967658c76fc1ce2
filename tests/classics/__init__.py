"""A package, so that its test files may bear the same names as those of `tests/unit`."""
