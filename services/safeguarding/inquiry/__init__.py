"""Why, why not, and what if: questions answered by reading the log through the very same rooms again."""
