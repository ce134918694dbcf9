"""What a revision of an alert said, in a few bytes: to see whether a past that is folded again says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from safeguarding.correlation.finding import Active, Finding
from safeguarding.correlation.look import Look
from safeguarding.correlation.recipients import targets

_PACK = msgspec.msgpack.Encoder()


def content(look: Look, active: Active, finding: Finding) -> str:
    """Digest of the numbers and words of a revision, whoever is told.

    Args:
        look: the record and its clock; the same past at the same clock says the same.
        active: the rule.
        finding: what it finds.
    """
    audiences = {t.audience for role in finding.roles for t in targets(role, look.hot, look.clock)}
    words = {_digest(list(active.rule.tell(finding, audience, look, active.parameters))) for audience in audiences}
    return _digest([[list(seen) for seen in finding.observed], finding.urgency, sorted(words)])


def traits(child: dict[str, Any] | None) -> list[str]:
    """Digests of what a child is known by, one for each: numbers, name, date of birth.

    Args:
        child: as an alert shows it, or as an event names it.
    """
    return sorted(set(map(_digest, _known_by(child or {}))))


def _known_by(child: dict[str, Any]) -> Iterator[list[Any]]:
    for scheme, value in (child.get("identifiers") or {}).items():
        if value is not None:
            yield [scheme, value]
    if child.get("name") is not None:
        yield ["name", child["name"].get("given"), child["name"].get("family")]
    if child.get("date_of_birth") is not None:
        yield ["born", child["date_of_birth"]]


def _digest(value: Any) -> str:
    return blake2b(_PACK.encode(value), digest_size=6).hexdigest()
