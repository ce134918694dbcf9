"""What would be sent: each recipient and each field with its reason, asked of what also decides on sending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from safeguarding.events.record import FEEDBACK
from safeguarding.routing.policy import FIELDS, ROWS, THICK, WORDS, Policy
from safeguarding.routing.rulings import Ruling, refusal, rulings

_UNKNOWN: Final = "…"


class Preview(NamedTuple):
    """What one recipient would see.

    Attributes:
        audience: which audience.
        code: code of the recipient; None when nobody is known, or nobody may learn who it is.
        verdict: sent, held or withheld.
        why: the reason for a verdict other than sent.
        fields: what becomes of each field.
        ceiling: of the alert alone it is not known what a notice says: this is what it may say at most.
    """

    audience: str
    code: str | None
    verdict: str
    why: str | None
    fields: list[Ruling]
    ceiling: bool = False


def preview(raised: Mapping[str, Any], policy: Policy) -> Iterator[Preview]:
    """What each recipient of a record of alerts.raised.v1 would see, and who waits."""
    for telling in raised["tell"]:
        audience, code = telling["audience"], telling["code"]
        if audience == "operators":
            yield Preview(audience, code, "sent", None, [Ruling("agency", _UNKNOWN, _why("silence", policy[audience]))])
        elif refused := refusal(raised, telling, policy):
            yield Preview(audience, code, "withheld", refused, [])
        elif audience in THICK and raised["alert"]["rule"]["id"] != FEEDBACK:
            yield Preview(audience, code, "sent", None, _whole(raised["alert"], policy[audience]))
        else:
            ceiling = telling["what"] == _UNKNOWN
            yield Preview(audience, code, "sent", None, rulings(raised, telling, policy[audience]), ceiling)
    for hold in raised["held"]:
        yield Preview(hold["audience"], None, "held", hold["reason"], [])


def raised_of(alert: Mapping[str, Any]) -> dict[str, Any]:
    """A record of alerts.raised.v1 for an alert of which only the alert is known: what it tells stands for itself.

    Args:
        alert: record of an alert (`events.alert.Alert`).
    """
    held = {hold["audience"] for hold in alert["hold"]}
    known = [(to["audience"], to["code"]) for to in alert["recipients"]]
    named = {audience for audience, _ in known}
    known += [(audience, None) for audience in alert["audiences"] if audience not in named | held]
    abuse = any(event["type"] == "police.da_form.completed" for event in alert["because"])
    return {
        "alert": alert,
        "tell": [_telling(audience, code) for audience, code in known],
        "held": alert["hold"],
        "domestic_abuse": abuse,
        "basis": _UNKNOWN,
    }


def _telling(audience: str, code: str | None) -> dict[str, Any]:
    content = {"counts": {_UNKNOWN: 0}, "grade": "high", "signs": [_UNKNOWN], "voice": _UNKNOWN}
    return {"audience": audience, "code": code, "what": _UNKNOWN, "feedback": _UNKNOWN, "withdrawn": False, **content}


def _whole(alert: Mapping[str, Any], row: Mapping[str, str]) -> list[Ruling]:
    filled = [name for name in FIELDS if alert.get(name) not in (None, [], {})]
    return [Ruling(name, alert[name], _why(FIELDS[name], row)) for name in filled]


def _why(name: str, row: Mapping[str, str]) -> str:
    return f"{ROWS[name]}: {WORDS[row[name]]}"
