"""How rooms run: in one process without a broker, or as Faust workers on Kafka. Nothing about children in it."""
