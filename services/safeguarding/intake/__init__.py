"""The first room: is it well-formed, and whose is it?"""
