"""The second room: about whom is it? Never drop, never guess."""
