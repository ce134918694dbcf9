"""An urgent alert that nobody has answered: operators hear of it, so that it does not wait unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safeguarding.correlation.document import alert_id
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.record import Hot, Life
from safeguarding.events.times import HOUR


def urge_at(life: Life, pack: Pack) -> int | None:
    """Clock at which operators hear that nobody has answered; None: never.

    Args:
        life: an alert.
        pack: the rules in force; a mere notice needs no answer, and agencies do not answer for silence.
    """
    if not life.open or life.answered or life.urged or life.urgency != "immediate":
        return None
    active = pack.rules.get(life.rule)
    if active is None or active.rule.finished or active.rule.about == "agency":
        return None
    return life.opened_at + pack.answer_hours * HOUR


def urge(hot: Hot, due: int, pack: Pack) -> Iterator[dict[str, Any]]:
    """Items for operators (`events.record.OperatorItem`) about what has waited long enough; each alert once.

    Args:
        hot: the record; its alerts remember that operators have been told.
        due: the clock.
        pack: the rules in force.
    """
    for life in hot.lives:
        at = urge_at(life, pack)
        if at is not None and at <= due:
            life.urged = True
            name = alert_id(hot.subject, life)
            yield {"kind": "unacknowledged", "at": due, "rule": life.rule, "alert_id": name, "urgency": life.urgency}
