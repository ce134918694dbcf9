"""The one catalogue of topics: it creates them, documents them and says who may write and read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from safeguarding.events.envelope import AGENCIES
from safeguarding.events.notice import NOTICES

ACCEPTED: Final = "events.accepted.v1"
FACTS: Final = "facts.accepted.v1"
RAISED: Final = "alerts.raised.v1"
QUARANTINED: Final = "events.quarantined.v1"
REDRIVEN: Final = "events.redriven.v1"
REVIEW: Final = "identity.review.v1"
OPERATORS: Final = "alerts.operators.v1"
DISCLOSURES: Final = "disclosures.recorded.v1"
HEARTBEAT: Final = "system.heartbeat.v1"
AUDIENCES: Final = ("hub", "worker", *NOTICES)

Spread = Literal["one", "children"]
_BIG = str(1024 * 1024)
_BIGGER = str(8 * 1024 * 1024)  # an alert tells of 50 events, each as long as an event may be


class Topic(NamedTuple):
    """One topic.

    Attributes:
        name: without the prefix.
        spread: ``one`` partition, or as many as there are for ``children``.
        key: what its key is.
        writes: who writes it.
        reads: who reads it.
        config: Kafka's topic settings that differ from the broker's.
    """

    name: str
    spread: Spread
    key: str
    writes: str
    reads: str
    config: Mapping[str, str] = {}

    def partitions(self, children: int) -> int:
        """Number of partitions, given that of the per-child topics."""
        return 1 if self.spread == "one" else children


def agency_topic(agency: str) -> str:
    """The topic to which only this agency writes."""
    return f"events.{agency}.v1"


def receipt_topic(agency: str) -> str:
    """The topic that tells this agency what became of its events."""
    return f"receipts.{agency}.v1"


def feedback_topic(agency: str) -> str:
    """The topic that tells this agency how far its referrals have come."""
    return f"feedback.{agency}.v1"


def audience_topic(audience: str) -> str:
    """The topic that one audience's delivery gateway reads."""
    return f"alerts.{audience}.v1"


_KEPT = {"retention.ms": "-1"}  # a broker's own week is nobody's decision: a schedule, or an erasure, removes
_PLAIN = {"compression.type": "uncompressed"}  # a megabyte of gzip is a gigabyte to whoever reads it: not for us
_STAMPED = {"message.timestamp.type": "LogAppendTime"}  # the pipeline's clock: a sender cannot forge it


def _catalogue() -> dict[str, Topic]:
    rows = [
        Topic(agency_topic(a), "one", "event id", a, "intake", {**_STAMPED, **_PLAIN, "max.message.bytes": _BIG})
        for a in AGENCIES
    ]
    rows += [
        Topic(REDRIVEN, "one", "event id", "operators' re-drive", "intake", {**_STAMPED, "max.message.bytes": _BIGGER}),
        Topic(
            ACCEPTED,
            "one",
            "unique for each append",
            "intake, the clock, operators (rule packs)",
            "identity",
            {**_STAMPED, "cleanup.policy": "compact", "max.message.bytes": _BIG},
        ),
        Topic(FACTS, "children", "subject key", "identity", "correlation", {"max.message.bytes": _BIG}),
        Topic(RAISED, "children", "child key", "correlation", "routing", {"max.message.bytes": _BIGGER}),
        Topic(QUARANTINED, "one", "original key", "every room, operators", "operators", {"max.message.bytes": _BIGGER}),
        Topic(REVIEW, "one", "candidate key", "identity", "operators"),
        Topic(OPERATORS, "one", "subject key", "routing", "operators"),
        Topic(DISCLOSURES, "children", "child key", "routing", "auditor"),
        Topic(HEARTBEAT, "one", "room", "every room", "operators"),
    ]
    rows += [Topic(receipt_topic(a), "one", "event id", "intake, identity, correlation", a) for a in AGENCIES]
    rows += [Topic(feedback_topic(a), "one", "child key", "routing", a) for a in AGENCIES if a != "hub"]
    rows += [
        Topic(audience_topic(a), "children", "child key", "routing", f"gateway of {a}", {"max.message.bytes": _BIGGER})
        for a in AUDIENCES
    ]
    return {row.name: row if row.name == HEARTBEAT else row._replace(config={**_KEPT, **row.config}) for row in rows}


TOPICS: Final[dict[str, Topic]] = _catalogue()


def partition_counts(children: int) -> dict[str, int]:
    """Partitions of every topic, given that of the per-child topics."""
    return {name: topic.partitions(children) for name, topic in TOPICS.items()}


def changelog_topic(room: str) -> str:
    """The topic that keeps the rows of a room, one partition for each of its input's."""
    return f"{room}-rows-changelog"
