"""For those who write a producer: builders of valid events, and what the contract asks of a producer as checks."""
