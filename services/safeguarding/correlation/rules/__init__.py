"""One small file per rule; no rule knows another. A file here with a `RULE` is a rule of the pack."""
