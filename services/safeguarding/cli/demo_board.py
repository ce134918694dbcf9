"""What the demo knows while it plays: counted from what was sent and from the lines that came out, nothing else."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

from safeguarding.events.envelope import AGENCIES
from safeguarding.events.record import FEEDBACK

ENDS: Final = ("resolved", "withdrawn")
FATES: Final = ("accepted", "duplicate", "test", "held", "rejected")
ABSENCES: Final = frozenset(  # rules about something that did not happen
    {
        *("referral-missing", "incident-open", "receipt-missing", "feedback-due", "return-interview"),
        *("information-overdue", "minutes-late", "encompass-gap", "court-clock", "contact-missed", "agency-silent"),
    }
)
_SPAN: Final = 26  # weeks of traffic that are kept

Line = dict[str, Any]


@dataclass
class Traffic:
    """One agency: what it sent and what became of it."""

    sent: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    weeks: deque[int] = field(default_factory=lambda: deque([0] * _SPAN, maxlen=_SPAN))
    last_type: str = ""

    @property
    def a_week(self) -> int:
        """Events of the last whole week, heartbeats aside."""
        return self.weeks[-2]


class Board:
    """The state of the demo. It never asks a clock: `take` and `sent` say all there is."""

    def __init__(self) -> None:
        self.agencies = {agency: Traffic() for agency in AGENCIES}
        self.alerts: dict[str, Line] = {}
        self.notices: dict[str, dict[str, Line]] = {}
        self.waiting: dict[tuple[str, str], Line] = {}
        self.doubts: list[Line] = []
        self.revisions = 0
        self.told: Counter[str] = Counter()
        self.disclosed: Counter[tuple[str, str]] = Counter()
        self._held: set[tuple[str, str]] = set()
        self._week: int | None = None

    def sent(self, event: Line, day: int) -> None:
        """An agency has sent an event on a day of the story."""
        week, traffic = day // 7, self.agencies[event["agency"]]
        for _ in range(min(_SPAN, week - self._week) if self._week is not None else 0):
            for each in self.agencies.values():
                each.weeks.append(0)
        self._week = max(week, self._week or week)
        traffic.sent += 1
        if not event["type"].endswith(".heartbeat.sent"):  # a sign of life is no news
            traffic.weeks[-1] += 1
            traffic.last_type = event["type"]

    def take(self, line: Line) -> None:
        """Something came out."""
        match line["kind"]:
            case "receipt":
                self._receipt(line)
            case "alert":
                self._alert(line)
            case "notice":
                self.notices.setdefault(line["alert_id"], {})[line["audience"]] = line
                self.told[line["audience"]] += 1
                self.waiting.pop((line["alert_id"], line["audience"]), None)
            case "held" if line["what"] != "notice":
                self.doubts.append(line)
            case "disclosure" if line.get("rule") != FEEDBACK:  # a referrer's is no notice
                self.disclosed[line["status"], line["audience"]] += 1

    @property
    def overdue(self) -> list[Line]:
        """Open alerts about something that did not happen, oldest first."""
        still = [a for a in self.alerts.values() if a["rule"]["id"] in ABSENCES and a["status"] not in ENDS]
        return sorted(still, key=lambda alert: alert["opened_at"])

    @property
    def reconciles(self) -> bool:
        """Whether each record sent is in exactly one state, and each notice has its disclosure record."""
        return all(self.disclosed["sent", audience] == n for audience, n in self.told.items()) and all(
            traffic.sent == sum(traffic.fates.values()) for traffic in self.agencies.values()
        )

    def _receipt(self, line: Line) -> None:
        fates, name = self.agencies[line["agency"]].fates, (line["agency"], line.get("id", ""))
        fate = "test" if line.get("code") == "TEST" else line["status"]
        if fate == "held":
            self._held.add(name)
        elif fate == "accepted" and name in self._held:
            self._held.discard(name)  # decided: the same record has moved on
            fates["held"] -= 1
        fates[fate] += 1

    def _alert(self, line: Line) -> None:
        self.revisions += 1
        self.alerts.pop(line["alert_id"], None)  # the newest change stands last
        self.alerts[line["alert_id"]] = line
        for key in [key for key in self.waiting if key[0] == line["alert_id"]]:
            del self.waiting[key]
        if line["status"] not in ENDS:
            self.waiting |= {(line["alert_id"], hold["audience"]): {**hold, "alert": line} for hold in line["hold"]}
