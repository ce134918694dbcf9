"""TODO-line."""
