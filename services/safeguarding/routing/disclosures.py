"""The disclosure record: who was told what, or was not, and why; each is chained to the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from uuid import UUID, uuid5

from safeguarding.events.chain import digest

_SPACE = UUID("b5a0d3a4-7f10-4d6b-9a51-6b9c2a8f9e02")
HEAD: Final = b"c|head"
_HIDES_SCHOOL = frozenset({"confidential_address", "s_flag"})
_NAMED = ("child", "identifiers", "name", "handling", "progress")  # of these it is told which parts


class Ledger(Protocol):
    """What has been sent before, and where the chain of this partition ends."""

    def get(self, key: bytes) -> bytes | None: ...  # noqa: D102
    def put(self, key: bytes, value: bytes) -> None: ...  # noqa: D102


def disclosure(
    raised: Mapping[str, Any],
    subject: str,
    status: str,
    audience: str,
    ledger: Ledger,
    *,
    reason: str | None = None,
    code: str | None = None,
    notice_id: str | None = None,
    fields: list[str] | None = None,
) -> dict[str, Any]:
    """The record of one decision, next in the chain of its partition (`events.record.Disclosure`).

    Args:
        raised: record of alerts.raised.v1.
        subject: key of the child or case.
        status: sent, held or withheld.
        audience: which audience.
        ledger: where the chain ends; changed.
        reason: why it was held or withheld.
        code: code of the recipient; of a school that nobody may learn of, the notice's id says it to those who know.
        notice_id: the notice that was sent.
        fields: names of the fields that were told.
    """
    alert = raised["alert"]
    hidden = audience == "school" and not _HIDES_SCHOOL.isdisjoint(alert["sensitivity"])
    stamp = f"{alert['alert_id']}|{alert['revision']}|{status}|{audience}|{code}|{reason}"
    number, previous = head(ledger.get)
    record: dict[str, Any] = {
        "disclosure_id": str(uuid5(_SPACE, stamp)),
        "at": raised["at"],
        "subject": subject,
        "alert_id": alert["alert_id"],
        "revision": alert["revision"],
        "status": status,
        "audience": audience,
        "recipient": None if hidden else code,
        "notice_id": notice_id,
        "fields": fields or [],
        "rule": alert["rule"]["id"],
        "basis": raised["basis"],
        "reason": reason,
        "number": number + 1,
        "previous": previous,
    }
    record["hash"] = digest(record)
    ledger.put(HEAD, f"{record['number']}|{record['hash']}".encode())
    return record


def head(get: Callable[[bytes], bytes | None]) -> tuple[int, str]:
    """Number and hash of the newest record of this partition; 0 and nothing before the first."""
    row = get(HEAD)
    if row is None:
        return 0, ""
    number, _, mark = row.decode().partition("|")
    return int(number), mark


def told_fields(value: Mapping[str, Any], path: str = "") -> list[str]:
    """Names of the fields that hold something, of the child and its handling part by part; never a value."""
    names = []
    for name, content in sorted(value.items()):
        if not content and content != "":
            continue
        if name in _NAMED and isinstance(content, Mapping):
            names += told_fields(content, f"{path}{name}.")
        else:
            names.append(path + name)
    return names
