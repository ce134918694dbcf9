"""The notice of one recipient, or the feedback to a referrer: what is proposed, cut down to what it may hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid5

from safeguarding.routing.rulings import AGENCY_OF, ENDS, rulings, status_of

_SPACE: Final = UUID("0b9c1f5e-5a38-4a56-bc0e-3c3d3a7d5d21")
_TAKEN_BACK: Final = "Withdrawn: %s. Please disregard what was said of this referral."
WITHDRAWN: Final = "Withdrawn: %s. Please disregard and remove the earlier message about this child."


@lru_cache(maxsize=1024)  # asked for when it is looked whether it went out, and again when it is written
def notice_id(alert_id: str, audience: str, code: str) -> str:
    """The same for every revision of an alert to the same recipient."""
    return str(uuid5(_SPACE, f"{alert_id}|{audience}|{code}"))


def notice(raised: Mapping[str, Any], telling: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    """The notice for one recipient (`events.notice`).

    Args:
        raised: record of alerts.raised.v1.
        telling: correlation's proposal for the recipient.
        row: what the audience may hold.
    """
    alert, audience, status = raised["alert"], telling["audience"], status_of(raised, telling)
    why = "not this child" if telling["withdrawn"] or not alert["reason"] else alert["reason"]
    may = {ruling.field: ruling.value for ruling in rulings(raised, telling, row)}
    out: dict[str, Any] = {
        "notice_id": notice_id(alert["alert_id"], audience, telling["code"]),
        "alert_id": alert["alert_id"],
        "rule": alert["rule"]["id"],
        "revision": alert["revision"],
        "status": status,
        "audience": audience,
        "recipient": {"code": telling["code"], "name": telling["name"]},
        "child": may["child"],
        "what": WITHDRAWN % why if status == "withdrawn" else may["what"],
        "urgency": alert["urgency"],
        "recipient_action": "none" if status in ENDS else telling["recipient_action"],
        "handling": {
            "hide_from_patient_online": bool(may["hide_from_patient_online"]),
            "do_not_disclose_to": may["do_not_disclose_to"] or [],
        },
        "contact": telling["contact"] or alert["contact"],
        "batch": telling["batch"],
    }
    return out | {name: may[name] for name in ("counts", "grade", "signs", "voice") if may[name]}


def feedback(raised: Mapping[str, Any], telling: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    """How far a referral has come, for the agency that sent it (`events.record.Feedback`).

    Args:
        raised: record of alerts.raised.v1.
        telling: correlation's proposal for the referrer.
        row: what the referrer may hold.
    """
    alert, status = raised["alert"], status_of(raised, telling)
    may = {ruling.field: ruling.value for ruling in rulings(raised, telling, row)}
    gone = status == "withdrawn"
    why = "not this child" if telling["withdrawn"] or not alert["reason"] else alert["reason"]
    return {
        "feedback_id": notice_id(alert["alert_id"], telling["audience"], telling["code"]),
        "revision": alert["revision"],
        "status": status,
        "agency": AGENCY_OF.get(telling["audience"], telling["audience"]),
        "at": raised["at"],
        "progress": None if gone else may["feedback"],
        "what": _TAKEN_BACK % why if gone else may["what"],
        "contact": alert["contact"],
    }
