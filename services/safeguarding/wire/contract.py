"""Which record types the contract has: name, model and file of each schema."""

from __future__ import annotations

from typing import NamedTuple

from safeguarding.events.alert import Alert, Raised
from safeguarding.events.base import Word
from safeguarding.events.catalogue import TYPES, EventType
from safeguarding.events.log import Accepted, Fact
from safeguarding.events.notice import NOTICES
from safeguarding.events.record import (
    Disclosure,
    Feedback,
    OperatorItem,
    Quarantined,
    Receipt,
    ReviewItem,
    RoomHeartbeat,
)


class Contract(NamedTuple):
    """One record type.

    Attributes:
        name: for an event its type, else ``<family>.<record>``.
        family: folder below ``schemas/`` and part of the Avro namespace.
        file: file name without ``.avsc``.
        source: what it holds: a model, or the event type that has one.
    """

    name: str
    family: str
    file: str
    source: type[Word] | EventType

    @property
    def model(self) -> type[Word]:
        """The model that says what it holds."""
        return self.source.model if isinstance(self.source, EventType) else self.source

    @property
    def path(self) -> str:
        """Path of the schema below ``schemas/``."""
        return f"{self.family}/v1/{self.file}.avsc"

    def kept(self, mark: str) -> str:
        """Path below ``schemas/`` of the former schema with this fingerprint."""
        return f"{self.family}/v1/history/{self.file}.{mark}.avsc"

    @property
    def example(self) -> str:
        """Path of the example below ``schemas/``."""
        return f"{self.family}/v1/examples/{self.file}.json"


def _contracts() -> dict[str, Contract]:
    rows = [Contract(t.name, t.agency, t.name.split(".", 1)[1], t) for t in TYPES.values()]
    rows += [Contract(f"notice.{who}", "notice", who, model) for who, model in NOTICES.items()]
    rows += [
        Contract("alert.alert", "alert", "alert", Alert),
        Contract("alert.raised", "alert", "raised", Raised),
        Contract("log.accepted", "log", "accepted", Accepted),
        Contract("log.fact", "log", "fact", Fact),
        Contract("record.receipt", "record", "receipt", Receipt),
        Contract("record.feedback", "record", "feedback", Feedback),
        Contract("record.quarantined", "record", "quarantined", Quarantined),
        Contract("record.disclosure", "record", "disclosure", Disclosure),
        Contract("record.review_item", "record", "review_item", ReviewItem),
        Contract("record.operator_item", "record", "operator_item", OperatorItem),
        Contract("record.heartbeat", "record", "heartbeat", RoomHeartbeat),
    ]
    return {row.name: row for row in rows}


CONTRACTS: dict[str, Contract] = _contracts()
