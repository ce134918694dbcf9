"""Puts the folder of `story` on the path of the tests below it."""
