"""A child's years: chains of events as agencies send them, most of them answered in time; and facts that carry them."""

from __future__ import annotations

import random
import uuid
from typing import Any

from safeguarding.events.acceptance import read
from safeguarding.events.times import HOUR, MINUTE, rfc3339
from safeguarding.wire.codec import encode

DAY = 24 * HOUR
CHILD = {"ref": "c1", "role": "child", "identifiers": {"nhs_number": "9990000018"}, "date_of_birth": "2012-03-09"}
KNOWN = {
    "identifiers": dict.fromkeys(("upn", "la_child_id", "pnc_id", "agency_ref")) | {"nhs_number": "9990000018"},
    "name": {"given": "Tarn", "family": "Oakley"},
    "date_of_birth": 15_408,
    "expected_date_of_birth": None,
}
DECIDED = ("cumulative-concern", "da-escalation", "chronic-neglect")
ROOTS = (
    ("health.registration.changed", {"gp_practice": "A99001", "health_visitor_team": "HV-1"}),
    ("education.enrolment.changed", {"school": "999001", "school_nurse_team": "SN-1"}),
)


def happening(dice: random.Random, number: int) -> list[tuple[int, str, str, dict[str, Any]]]:
    """One thing that happens to a child, and what follows from it: minutes after it, type, case, data."""
    case, police, hub = str(number), f"CLV-{number}", {"from_agency": "police", "from_case_ref": f"CLV-{number}"}
    kind = dice.choices(("lesson", "visit", "concern", "abuse", "missing", "asked"), (30, 25, 27, 8, 5, 5))[0]
    if kind == "lesson":
        absent = dice.choice((0, 0, 0, 1, 4))
        return [
            (0, "education.attendance.recorded", "", {"sessions_possible": 10, "sessions_absent": absent, "term": "1"})
        ]
    if kind == "visit":
        name = dice.choice(("attended", "attended", "attended", "was_not_brought"))
        return [(0, f"health.appointment.{name}", "", {"service": dice.choice(("dental", "eyes", "speech"))})]
    if kind == "concern":
        agency = dice.choice(("police", "health", "education", "yos", "cgl"))
        data = {"category": dice.choice(("neglect", "emotional", "other")), "level": dice.choice(("low", "medium"))}
        return [(0, f"{agency}.concern.raised", case if dice.random() < 0.8 else "", data)]
    if kind == "abuse":
        form = {"tool": "dash", "grade": dice.choice(("standard", "standard", "medium", "high"))}
        return [
            (0, "police.incident.recorded", police, {"kind": "domestic_abuse", "children_linked": True}),
            (120, "police.da_form.completed", police, form),
            (300, "police.referral.submitted", police, {"form": "ppn"}),
            (330, "hub.referral.received", "", hub),
            (600, "hub.decision.made", "", hub | {"outcome": "early_help", "referrer_told": True}),
            (1000, "police.incident.closed", police, {"closing_code": "QL23"}),
        ]
    if kind == "missing":
        return [
            (0, "police.missing.reported", police, {"risk": "medium", "cause_for_concern": False}),
            (600, "police.missing.returned", police, {}),
            (1500, "hub.return_interview.completed", police, {"declined": False, "factors": []}),
        ]
    return [
        (0, "hub.information.requested", case, {"from_agency": "health"}),
        (2000, "hub.information.provided", case, {"from_agency": "health"}),
    ]


def events(seed: int, count: int, begin: int, end: int, answered: int = 0) -> list[dict[str, Any]]:
    """So many events of one child between two times, in the order in which they arrive: up to six hours late.

    Every so many days (0: never) the hub acts on all alerts that wait for its decision.
    """
    dice, made, number = random.Random(seed), [], seed * 1_000_000  # noqa: S311  # a seeded story
    while len(made) < count:
        number += 1
        start = dice.randrange(begin, end)
        for later, kind, case, data in happening(dice, number):
            at = start + later * MINUTE
            if kind == "police.missing.returned":
                data = data | {"returned_at": rfc3339(at)}
            made.append((at + dice.randrange(6 * 60) * MINUTE, len(made), at, kind, case, data))
    if answered:
        acts = [(at, rule) for at in range(begin, end, answered * DAY) for rule in DECIDED]
        made += [(at, -2 - n, at, "hub.notification.actioned", "", {"rule": rule}) for n, (at, rule) in enumerate(acts)]
    first = [(begin - DAY + n, -1, begin - DAY + n, kind, "", data) for n, (kind, data) in enumerate(ROOTS)]
    kept = [*first, *sorted(made)[: count - len(first)]] if count > len(ROOTS) * 2 else sorted(made)[:count]
    return [_event(f"{seed}|{n}", *one) for n, one in enumerate(kept)]


def _event(name: str, published: int, _: int, at: int, kind: str, case: str, data: dict[str, Any]) -> dict[str, Any]:
    raw = {
        "type": kind,
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
        "action": "new",
        "agency": kind.partition(".")[0],
        "occurred_at": rfc3339(at),
        "published_at": rfc3339(published),
        "people": [CHILD],
        "basis": "children_act_2004_s11",
        "family_informed": "unknown",
        "summary": "A few words, as staff write them down.",
        "data": data,
    }
    return read(raw | ({"case_ref": case} if case else {}))


def fact(subject: str, seq: int, event: dict[str, Any] | None, clock: int, **other: Any) -> bytes:
    """A fact as identity writes it; without an event: a tick. Other fields as they are given."""
    value = {"kind": "event" if event else "tick", "seq": seq, "index": 0, "clock": clock, "gen": 0}
    value |= dict.fromkeys(("then_seq", "then_clock", "ref", "via_adult", "via_link", "root", "source"))
    value |= {"note": None, "counts": None}
    value |= {"subject": subject, "about": "child", "via_case": False, "before": False, "live": True, "adults": []}
    body = encode(event["type"], event) if event else None
    return encode("log.fact", value | {"child": KNOWN if event else None, "body": body} | other)
