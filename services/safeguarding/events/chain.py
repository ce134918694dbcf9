"""A chain of records, each with a hash over itself and the one before it: what was removed or changed is found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

_WRITE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


class Fault(NamedTuple):
    """Something is wrong with a chain.

    Attributes:
        number: number of the record, as it says itself.
        what: what is wrong, in words.
    """

    number: int
    what: str


def digest(record: Mapping[str, Any]) -> str:
    """Hash of a record without its own; a field that is added later and not filled changes nothing."""
    told = {name: value for name, value in record.items() if name != "hash" and value not in (None, [], {}, "")}
    return sha256(_WRITE(told).encode()).hexdigest()


def faults(records: Iterable[Mapping[str, Any]], head: tuple[int, str] | None = None) -> list[Fault]:
    """What is wrong with the chain of one partition.

    Args:
        records: in their order.
        head: number and hash of the newest record, as its writer remembers them; None: not asked.
    """
    found, number, previous = list[Fault](), 0, ""
    for record in records:
        if record["number"] != number + 1:
            found.append(Fault(record["number"], f"comes after number {number}: records are missing or out of order"))
        elif record["previous"] != previous:
            found.append(Fault(record["number"], "does not follow from the one before it"))
        if digest(record) != record["hash"]:
            found.append(Fault(record["number"], "was changed: its hash does not fit"))
        number, previous = record["number"], record["hash"]
    if head is not None and head != (number, previous):
        found.append(Fault(number, f"is the last, but the writer's last was number {head[0]}"))
    return found
