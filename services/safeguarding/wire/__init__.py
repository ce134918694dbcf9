"""Words to bytes to topics: schemas, codec, the topic catalogue and the door of a room."""
