"""Safeguarding: joins what agencies see of a child, and tells exactly those who may know."""

__version__ = "0.1.0"
