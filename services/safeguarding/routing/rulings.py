"""What the policy says of one notice, field by field, each with its reason: sending and previewing ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from safeguarding.events.notice import NOTICES
from safeguarding.events.record import FEEDBACK
from safeguarding.routing.policy import FIELDS, NEVER, ROWS, SAYS, THICK, WORDS, Policy

SHORT: Final = 200
ENDS: Final = ("resolved", "withdrawn")
_CONTENT: Final = ("counts", "grade", "signs", "voice")
AGENCY_OF: Final = {"school": "education", "gp": "health", "school-nurse": "health", "health-visitor": "health"}


class Ruling(NamedTuple):
    """What becomes of one field.

    Attributes:
        field: name of the field.
        value: what is sent; None: nothing.
        why: the reason, in words; never a value.
    """

    field: str
    value: Any
    why: str


def status_of(raised: Mapping[str, Any], telling: Mapping[str, Any]) -> str:
    """The status that one recipient is told: an alert that stands for others may be taken back from this one."""
    return "withdrawn" if telling["withdrawn"] else str(raised["alert"]["status"])


def refusal(raised: Mapping[str, Any], telling: Mapping[str, Any], policy: Policy) -> str | None:
    """Why a recipient is told nothing at all; None: it is told."""
    audience = telling["audience"]
    if audience not in policy or (audience not in NOTICES and audience not in THICK):
        return "unknown_audience"
    if status_of(raised, telling) in ENDS:
        return None  # an end tells nothing new, and must reach whoever was told
    if not raised["basis"]:
        return "no_basis"
    rule = raised["alert"]["rule"]["id"]
    if audience in THICK:
        return None
    if rule not in SAYS:
        return "unknown_rule"
    return None if _may(SAYS[rule], audience, raised, policy[audience]) else "not_for_this_audience"


def rulings(raised: Mapping[str, Any], telling: Mapping[str, Any], row: Mapping[str, str]) -> list[Ruling]:
    """What becomes of each field that the policy decides on.

    Args:
        raised: record of alerts.raised.v1.
        telling: correlation's proposal for the recipient.
        row: what the audience may hold.
    """
    audience, alert = telling["audience"], raised["alert"]
    if alert["rule"]["id"] == FEEDBACK:  # it has no place for anything else
        return [Ruling(name, telling[name], _why("referral", row)) for name in ("feedback", "what")]
    says = SAYS.get(alert["rule"]["id"], "narrative")
    out = [
        Ruling("child", child(raised, audience, row), _why("identity", row)),
        Ruling("what", telling["what"], _why(says, row)),
    ]
    for field in _CONTENT:
        out.append(_content(field, raised, telling, row))
    keep_from = "perpetrator_in_household" in alert["sensitivity"] and row["handling"] != NEVER
    names = ["anybody in the household who may have caused harm"] if keep_from else []
    why = _why("handling", row) if keep_from or row["handling"] == NEVER else "no perpetrator in the household is known"
    out.append(Ruling("do_not_disclose_to", names or None, why))
    hidden = raised["domestic_abuse"] or "hide_from_patient_online" in alert["sensitivity"]
    why = "domestic abuse, or a sender asked for it" if hidden else "neither domestic abuse nor asked for"
    out.append(Ruling("hide_from_patient_online", hidden or None, why))
    return out


def child(raised: Mapping[str, Any], audience: str, row: Mapping[str, str]) -> dict[str, Any] | None:
    """The child as the audience may know it."""
    known, word = raised["alert"]["child"], row["identity"]
    if known is None or not _may("identity", audience, raised, row):
        return None
    scheme = word if word in ("nhs_number", "upn") else None
    identifiers = {scheme: known["identifiers"][scheme]} if scheme else {}
    return {"identifiers": identifiers, **{n: known[n] for n in ("name", "date_of_birth", "expected_date_of_birth")}}


def short(words: str) -> str:
    """At most 200 characters, cut between words."""
    if len(words) <= SHORT:
        return words
    cut = words[: SHORT - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip() if ' ' in cut else cut}…"


def _content(field: str, raised: Mapping[str, Any], telling: Mapping[str, Any], row: Mapping[str, str]) -> Ruling:
    value, audience, name = telling[field], telling["audience"], FIELDS[field]
    if status_of(raised, telling) in ENDS:
        return Ruling(field, None, "the alert is over")
    if not value:
        return Ruling(field, None, "the rule says nothing of it")
    if not _may(name, audience, raised, row):
        return Ruling(field, None, _why(name, row))
    if field not in NOTICES[audience].model_fields:
        return Ruling(field, None, "the record type has no place for it")
    if row[name] == "medium_high" and value not in ("medium", "high"):
        return Ruling(field, None, _why(name, row))
    return Ruling(field, short(value) if field == "voice" else value, _why(name, row))


def _may(name: str, audience: str, raised: Mapping[str, Any], row: Mapping[str, str]) -> bool:
    """Whether a cell lets anything through for this alert."""
    word, alert = row[name], raised["alert"]
    agency = AGENCY_OF.get(audience, audience)
    if word == "own":
        return any(event["agency"] == agency for event in alert["because"])
    if word == "linked":
        referred = SAYS.get(alert["rule"]["id"]) == "referral" and alert["rule"]["id"] != "information-overdue"
        return referred or any(count["agency"] == agency for count in alert["history"]["counts"])
    return word != NEVER


def _why(name: str, row: Mapping[str, str]) -> str:
    return f"{ROWS[name]}: {WORDS[row[name]]}"
