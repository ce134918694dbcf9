"""Every exception of the package, as one tree.

SafeguardingError            anything we raise on purpose
├── Refused                  an event breaks the contract: code and field path, never a value
├── ConfigurationError       a setting, rule pack or topic layout that cannot be worked with
├── PublishError             the broker did not acknowledge an event
└── StateError               local state and log disagree; the worker must stop
"""

from __future__ import annotations


class SafeguardingError(Exception):
    """Root of the tree. Its text may be shown to a person and never holds a child's details."""


class Refused(SafeguardingError):
    """An event breaks the contract (contract.md, section 3, receipts).

    Attributes:
        code: reason code of the contract, such as ``MISSING_FIELD``.
        field: dotted path of the field at fault, or None when the whole record is.
    """

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(f"{code} {field}" if field else code)
        self.code = code
        self.field = field


class ConfigurationError(SafeguardingError):
    """A setting, a rule pack or the cluster's topics do not fit; the text says what to do."""


class PublishError(SafeguardingError):
    """The broker did not acknowledge; nothing may be assumed to have arrived."""


class StateError(SafeguardingError):
    """Local state and the log do not fit together; going on would lose or repeat."""
