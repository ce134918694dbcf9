"""Mark's and John's stories as the demo tells them: which steps there are, which have happened, what one sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

Line = dict[str, Any]


@dataclass
class Step:
    """One event of a story, and whether it has been sent."""

    event_type: str
    words: str
    at: str | None = None


@dataclass
class Story:
    """One child's story.

    Attributes:
        given, family: the child's invented name.
        title: what it is about, in one line.
        steps: what agencies send, in order.
        before: what to say while it goes on.
        meaning: what to say from the alert of `rule` on.
        rule: the rule whose alert the story leads to.
        alerts: how many revisions of such alerts have come.
        alert: the newest of them that was not an end, and
        notices: by audience, what else was told of it.
        alert_ids: all of them.
    """

    given: str
    family: str
    title: str
    steps: list[Step]
    before: str
    meaning: str
    rule: str
    alerts: int = 0
    alert: Line | None = None
    notices: dict[str, Line] = field(default_factory=dict)
    alert_ids: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    def sent(self, event: Line) -> bool:
        """Whether an event is a step of this story; if so it is ticked off."""
        if not self._about(event):
            return False
        for step in self.steps:
            if step.at is None and step.event_type == event["type"]:
                step.at = event["occurred_at"]
                return True
        return False

    def take(self, line: Line) -> bool:
        """Whether a line is an alert that this story leads to."""
        mine = line["kind"] == "alert" and line["rule"]["id"] == self.rule and self._is(line["child"])
        if mine:
            self.alerts += 1
            self.alert_ids.add(line["alert_id"])
            self.alert = self.alert if line["status"] in ("resolved", "withdrawn") else line
        elif line["kind"] == "notice" and _newest(line) == _newest(self.alert):
            self.notices[line["audience"]] = line
        return mine

    def _about(self, event: Line) -> bool:
        """By name; or, of an adult's event, by the family name alone: no two families of the story share one."""
        return any((person.get("name") or {}).get("family") == self.family for person in event.get("people", ()))

    def _is(self, person: Line | None) -> bool:
        name = (person or {}).get("name") or {}
        return (name.get("given"), name.get("family")) == (self.given, self.family)


INTRODUCTION: Final = (
    "Seven agencies of an invented borough send what they see of children, each on its own. "
    "The pipeline joins it per child, and tells exactly those who may know. "
    "Two children to watch: John, whom nobody adds up, and Mark, whose school did everything right."
)
AFTERWARDS: Final = (
    "The rest of the year is the borough's other children. Below, the newest alert whole, and beside it what others "
    "are told of it, each no more than they may hold. At the bottom, what should have happened and did not, such as a "
    "risk form without its referral, and what is held until a person or the clock lets it go."
)


def stories() -> list[Story]:
    """The two stories, from their beginning."""
    return [
        Story(
            "John",
            "Thirlby",
            "John, 12: five agencies, each under its own threshold",
            [
                Step("health.appointment.was_not_brought", "health: not brought to the dentist"),
                Step("education.concern.raised", "school: asks for seconds every day"),
                Step("police.concern.raised", "police: out late in a shop doorway"),
                Step("yos.appointment.missed", "youth offending: missed his appointment"),
                Step("cgl.engagement.changed", "drug service: his mother has dropped out"),
            ],
            "Each agency sees a little of John, and files it. None of it is enough for a referral.",
            "No single agency would have referred John. Together they must: the hub gets every event and the rule in "
            "words; his GP and school nurse are asked, thinly, to ring the hub.",
            "cumulative-concern",
        ),
        Story(
            "Mark",
            "Ashdown",
            "Mark, 7: one full referral, decided the same morning",
            [
                Step("education.concern.raised", "school: unwashed, hungry, third week"),
                Step("hub.referral.received", "hub: the referral has arrived"),
                Step("hub.decision.made", "hub: strategy discussion, school told"),
                Step("hub.status.changed", "hub: a child protection plan"),
                Step("hub.status.changed", "hub: looked after"),
            ],
            "Mark's school refers at once, with his own words. The hub decides the same morning. Nothing is overdue, "
            "so the pipeline keeps out of the way.",
            "What the pipeline adds: Mark's GP and school nurse learn of his plan the moment it stands, "
            "and not a word of the narrative.",
            "status-to-health",
        ),
    ]


def _newest(line: Line | None) -> tuple[str, int] | None:
    return (line["alert_id"], line["revision"]) if line is not None else None
