"""The stand-ins' borough: a seeded year of seven agencies' exports, with Mark's and John's stories in it."""

from safeguarding.producers.borough.year import rows, year

__all__ = ["rows", "year"]
