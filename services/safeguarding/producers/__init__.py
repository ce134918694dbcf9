"""The agencies' side: records of their own systems into events, and events to Kafka."""
