"""People's answers: a decision closes what waits for one, a dismissal closes and mutes; which alert is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeguarding.correlation.desk import Desk
from safeguarding.correlation.document import alert_id
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.lifecycle import Change, close, current
from safeguarding.correlation.look import Look
from safeguarding.correlation.pairs import paired
from safeguarding.correlation.record import Hot, Life, Mark

# Which audiences an agency answers for: it may answer what one of them was told. The hub may answer anything.
_ANSWERS_FOR = {"health": ("gp", "school-nurse", "health-visitor", "health"), "education": ("school",)}


def answer(look: Look, mark: Mark, pack: Pack, desk: Desk) -> list[Change]:
    """What somebody's answer closes.

    Args:
        look: the record and its clock; the record is changed in place.
        mark: of a `<agency>.notification.…` event.
        pack: the rules in force.
        desk: what is beyond the record.
    """
    verb = mark.type.rsplit(".", 1)[1]
    changes = []
    for life in _meant(look.hot, mark, desk):
        active = pack.rules.get(life.rule)
        if active is None or active.rule.finished or not _may_answer(mark.agency, life):
            continue
        life.answered = True
        dismissed = verb == "dismissed" and bool(mark.data.get("reason"))
        if dismissed or f"{mark.agency}.{verb}" in active.rule.decision:
            reason = "dismissed" if dismissed else f"{verb} by {mark.agency}"
            finding = current(look, active, life)
            changes.append(close(look.hot, active, life, "resolved", reason, finding, dismissed=dismissed))
    return changes


def receipt(hot: Hot, mark: Mark, fact: dict[str, Any], event_id: str, desk: Desk) -> dict[str, Any]:
    """Whether an answer counts (`events.record.Receipt`): there is such an alert, and its agency was told of it.

    Args:
        hot: the record, before the answer changes it.
        mark: of the answer.
        fact: the fact that carries it.
        event_id: id of the answer.
        desk: what is beyond the record.
    """
    named, rule = mark.data.get("alert_id"), mark.data.get("rule")
    known = [*hot.lives, *desk.shelved()]
    if named:
        subject, _, rest = named.partition(".")
        if subject == hot.subject:
            known = [life for life in known if alert_id(hot.subject, life) == named]
        else:  # it was sent under the key of a record that is this child now
            known = [life for life in known if f"{life.rule}.{life.name}" == rest.rpartition(".")[0]]
    else:
        known = [life for life in known if life.rule == rule]
    code = None
    if not any(_may_answer(mark.agency, life) for life in known):  # whoever was not told does not learn of one
        code = "BAD_VALUE" if mark.agency == "hub" else "NOT_YOURS"
    field = "data.alert_id" if named else "data.rule"
    return {
        "agency": mark.agency,
        "id": event_id,
        "status": "rejected" if code else "accepted",
        "code": code,
        "field": field if code else None,
        "record": fact["record"],
        "at": hot.clock,
    }


def _meant(hot: Hot, mark: Mark, desk: Desk) -> Sequence[Life]:
    """The open alerts that an answer is about."""
    named, rule = mark.data.get("alert_id"), mark.data.get("rule")
    lives = [life for life in hot.lives if life.open]
    if not named:
        return [life for life in lives if life.rule == rule]
    subject, _, rest = named.partition(".")
    if subject != hot.subject:  # it was sent under the key of a record that is this child now
        return [life for life in lives if f"{life.rule}.{life.name}" == rest.rpartition(".")[0]]
    sent = desk.sent()
    if sent is None:
        return [life for life in lives if alert_id(hot.subject, life) == named]
    # Numbers in the ids of a past that is folded again need not be those that were sent: go by shared evidence.
    pairs = paired(sent, hot.lives)
    return [now for before, now in pairs if before and now and now.open and alert_id(hot.subject, before) == named]


def _may_answer(agency: str, life: Life) -> bool:
    """Who was never told has nothing to answer."""
    audiences = _ANSWERS_FOR.get(agency, (agency,))
    return agency == "hub" or any(told.audience in audiences for told in life.told)
