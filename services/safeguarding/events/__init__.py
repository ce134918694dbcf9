"""The words: what agencies send, what comes out. Pydantic models and plain values, nothing of ours below."""
