"""What a backfill would have set off, had it come live: for the one report that it gets instead of alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from safeguarding.correlation.finding import Finding, Pack
from safeguarding.correlation.look import Look
from safeguarding.correlation.record import Hot
from safeguarding.events.record import FEEDBACK

_URGENCIES = ("immediate", "today", "routine")


def over(hot: Hot, fact: dict[str, Any], pack: Pack) -> list[dict[str, Any]]:
    """The operators' item of one child, or of the agency, of a backfill that is over (`events.record.OperatorItem`).

    Args:
        hot: the subject's record; not changed.
        fact: the fact that says so.
        pack: the rules in force.
    """
    item = {"at": fact["clock"], "agency": fact["source"], "run": fact["note"]}
    if fact["counts"] is not None:
        return [{**item, "kind": "report", **fact["counts"]}]
    fired = dict(would_fire(hot, fact["clock"], pack))
    if not fired:
        return []
    urgency = min((finding.urgency for finding in fired.values()), key=_URGENCIES.index)
    return [{**item, "kind": "triage", "subject": hot.subject, "rules": sorted(fired), "urgency": urgency}]


def would_fire(hot: Hot, clock: int, pack: Pack) -> Iterator[tuple[str, Finding]]:
    """Rules that would hold by events that came as backfill, and what each finds.

    Args:
        hot: the subject's record; not changed.
        clock: the pipeline's clock.
        pack: the rules in force.
    """
    history = {mark.event_id for mark in hot.marks if mark.backfill}
    if not history:
        return
    live = msgspec.structs.replace(hot, marks=[msgspec.structs.replace(mark, backfill=False) for mark in hot.marks])
    look = Look(live, clock, clock)
    for name, active in pack.rules.items():
        if active.rule.about != hot.about or name == FEEDBACK:
            continue  # whoever referred long ago has heard of it long ago
        findings, _ = active.rule.find(look.of_rule({}, {}), active.parameters)
        told = {life.case for life in hot.lives if life.rule == name}
        for finding in findings:
            news = any(mark.event_id in history for mark in finding.because) and finding.case not in told
            if news and finding.resolved is None:
                yield name, finding
