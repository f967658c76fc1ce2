"""A package, so that its `test_coalition` and that of `tests/unit` may bear the same name."""
