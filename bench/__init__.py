"""Speed, reported, never pass or fail."""
