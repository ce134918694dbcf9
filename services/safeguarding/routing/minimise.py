"""The notice of one recipient: what correlation proposes, cut down to what the audience may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from safeguarding.routing.policy import NEVER

_SPACE: Final = UUID("0b9c1f5e-5a38-4a56-bc0e-3c3d3a7d5d21")
SHORT: Final = 200
WITHDRAWN: Final = "Withdrawn: %s. Please disregard and remove the earlier message about this child."
_ENDS: Final = ("resolved", "withdrawn")


def notice_id(alert_id: str, audience: str, code: str) -> str:
    """The same for every revision of an alert to the same recipient."""
    return str(uuid5(_SPACE, f"{alert_id}|{audience}|{code}"))


def notice(raised: Mapping[str, Any], telling: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    """The notice for one recipient (`events.notice`).

    Args:
        raised: record of alerts.raised.v1.
        telling: correlation's proposal for the recipient.
        row: the audience's row of the policy.
    """
    alert, audience = raised["alert"], telling["audience"]
    status = "withdrawn" if telling["withdrawn"] else alert["status"]
    why = "not this child" if telling["withdrawn"] or not alert["reason"] else alert["reason"]
    out: dict[str, Any] = {
        "notice_id": notice_id(alert["alert_id"], audience, telling["code"]),
        "alert_id": alert["alert_id"],
        "rule": alert["rule"]["id"],
        "revision": alert["revision"],
        "status": status,
        "audience": audience,
        "recipient": {"code": telling["code"], "name": telling["name"]},
        "child": _child(alert["child"], row["identifier"]),
        "what": WITHDRAWN % why if status == "withdrawn" else telling["what"],
        "urgency": alert["urgency"],
        "recipient_action": "none" if status in _ENDS else telling["recipient_action"],
        "handling": handling(raised, row),
        "contact": telling["contact"] or alert["contact"],
        "batch": telling["batch"],
    }
    if status not in _ENDS:
        out |= _content(telling, row)
    return out


def handling(raised: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    """How the notice must be handled: online access, and who must not learn of it."""
    sensitivity = raised["alert"]["sensitivity"]
    keep_from = "perpetrator_in_household" in sensitivity and row["do_not_disclose"] != NEVER
    return {
        "hide_from_patient_online": raised["domestic_abuse"] or "hide_from_patient_online" in sensitivity,
        "do_not_disclose_to": ["anybody in the household who may have caused harm"] if keep_from else [],
    }


def short(words: str) -> str:
    """At most 200 characters, cut between words."""
    if len(words) <= SHORT:
        return words
    cut = words[: SHORT - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip() if ' ' in cut else cut}…"


def _content(telling: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    grade, voice = telling["grade"], telling["voice"]
    told = {
        "counts": telling["counts"] if row["counts"] != NEVER else None,
        "grade": grade if row["grade"] == "always" or (row["grade"] != NEVER and grade in ("medium", "high")) else None,
        "signs": telling["signs"] if row["signs"] != NEVER else None,
        "voice": short(voice) if voice and row["voice"] != NEVER else None,
    }
    return {name: value for name, value in told.items() if value}


def _child(child: Mapping[str, Any] | None, scheme: str) -> dict[str, Any] | None:
    if child is None:
        return None
    identifiers = {} if scheme == NEVER else {scheme: child["identifiers"][scheme]}
    kept = ("name", "date_of_birth", "expected_date_of_birth")
    return {"identifiers": identifiers, **{name: child[name] for name in kept}}
