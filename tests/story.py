"""A child's story told to some rules: what happens, when, and what they say. Times are London's.

story = Story("missing-coordinator")
story.missing("a", "2017-08-06 23:30")
assert story.said() == []
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from safeguarding.correlation.finding import Active
from safeguarding.correlation.fold import arrive, elapse
from safeguarding.correlation.marks import mark_of, means_something
from safeguarding.correlation.pack import assemble, built_in
from safeguarding.correlation.record import Hot, Life, Mark, dump, load
from safeguarding.events.catalogue import TYPES
from safeguarding.events.times import LONDON, instant_of, parse_day, rfc3339

SPACE = UUID("6c1c9bb5-2d6f-4a3a-9a51-0d6b8f0a7a11")
RECIPIENTS = {
    "health.registration.changed": {"gp_practice": "A99001", "health_visitor_team": "HV-EAST"},
    "education.enrolment.changed": {"school": "999001", "school_nurse_team": "SN-EAST"},
}


class Line(NamedTuple):
    """One revision of an alert."""

    at: str
    rule: str
    status: str
    because: str
    to: str


def when(text: str) -> int:
    """Milliseconds of a local time; with an offset of that moment (two hours are 01:30 when the clock goes back)."""
    return instant_of(datetime.fromisoformat(text).replace(tzinfo=LONDON))


def pack_of(rules: Iterable[str], changes: dict[str, dict[str, Any]]) -> Any:
    """The built-in pack cut down to some rules, with other parameters where they are given."""
    known = built_in()
    actives = []
    for rule in sorted(rules):
        active: Active = known.rules[rule]
        fields = active.parameters.model_dump() | changes.get(rule, {})
        parameters = active.rule.parameters.model_validate(fields)
        actives.append(active._replace(parameters=parameters, words=active.rule.words(parameters)))
    return assemble(actives, known.contact)


class Story:
    """One subject, and the rules that watch it.

    Args:
        rules: their ids; with one of them, `changes` are its parameters.
        born: date of birth; None: not known.
        about: child, case or agency.
        known: a GP, a health visitor, a school and a school nurse are known since 2010.
        expected: expected date of an unborn child.
    """

    def __init__(
        self,
        *rules: str,
        born: str | None = "2008-03-09",
        about: str = "child",
        known: bool = True,
        expected: str | None = None,
        **changes: Any,
    ) -> None:
        self.pack = pack_of(rules, {rules[0]: changes} if changes else {})
        self.hot = Hot("11111111-2222-5333-8444-555555555555", about)
        self.child = {
            "identifiers": {"nhs_number": "9990000018"},
            "name": {"given": "Nell", "family": "Harrow"},
            "date_of_birth": parse_day(born) if born and not expected else None,
            "expected_date_of_birth": parse_day(expected) if expected else None,
        }
        self.records: list[dict[str, Any]] = []
        self.items: list[dict[str, Any]] = []
        self._events: dict[int, dict[str, Any]] = {}
        self._names: dict[str, str] = {}
        self._seq = 0
        self._shelf: list[Life] = []
        self._marks: list[Mark] = []
        if known and about == "child":
            for kind, data in RECIPIENTS.items():
                self.tell(kind, "2010-01-04 09:00", **data)

    def tell(
        self,
        kind: str,
        at: str,
        name: str = "",
        /,
        *,
        arrives: str | None = None,
        case: str | None = None,
        via: str | None = None,
        link: str | None = "household",
        adults: dict[str, str] | None = None,
        backfill: bool = False,
        seen: bool | None = None,
        said: str | None = None,
        sensitivity: Iterable[str] = (),
        **data: Any,
    ) -> list[Line]:
        """An event occurs at a time and arrives then or later; what is said because of it is returned.

        Args:
            kind: its type.
            at: when it occurred.
            name: what the story calls it.
            arrives: when it reached the pipeline, if later.
            case: the sender's case reference.
            via: key of the adult through whom it reaches the child.
            link: how that adult is linked to the child.
            adults: role by key of adults who are named in it.
            backfill: whether it is history.
            seen: whether the child was seen.
            said: the child's own words.
            sensitivity: what must be handled with care.
            data: its data.
        """
        self._seq += 1
        name = name or f"{kind} {at}"
        occurred, arrived = when(at), when(arrives or at)
        made = {
            "type": kind,
            "id": str(uuid5(SPACE, name)),
            "agency": kind.split(".", 1)[0],
            "case_ref": case,
            "occurred_at": occurred,
            "published_at": arrived,
            "basis": "children_act_2004_s11",
            "sensitivity": list(sensitivity),
            "voice": None if seen is None and said is None else {"seen": seen, "words": said},
            "mode": "backfill" if backfill else "live",
            "data": {key: rfc3339(when(value)) if key.endswith("_at") else value for key, value in data.items()},
        }
        event = TYPES[kind].model.model_validate(made).model_dump()
        self._names[event["id"]] = name
        self._events[self._seq] = event
        fact = {
            "seq": self._seq,
            "index": 0,
            "clock": max(arrived, self.hot.clock),
            "then_clock": None,
            "record": None,
            "then_seq": None,
            "root": None,
            "before": False,
            "via_case": False,
            "live": not backfill,
            "via_adult": via,
            "via_link": link if via else None,
            "adults": [{"ref": key, "key": key, "role": role} for key, role in (adults or {}).items()],
            "child": self.child if self.hot.about == "child" else None,
        }
        mark = mark_of(event, fact)
        said = self._keep(arrive(self.hot, fact, event, self.pack, self))
        self._marks += [mark] if means_something(mark) else []
        return said

    def wait(self, until: str) -> list[Line]:
        """Time passes up to and with a moment; what is said meanwhile is returned."""
        said = self._keep(elapse(self.hot, when(until), self.pack, self))
        self.hot.clock = max(self.hot.clock, when(until))
        return said

    def said(self, *parts: str) -> list[Any]:
        """Everything that was said; with parts of a line, those of each line."""
        lines = [self._line(record) for record in self.records if not record["release"]]
        return [tuple(getattr(line, part) for part in parts) for line in lines] if parts else lines

    def statuses(self) -> list[str]:
        """Status of each line."""
        return [line.status for line in self.said()]

    def notices(self, status: str | None = None) -> list[tuple[str, str]]:
        """Audience and code of everybody who was told, in order."""
        return [
            (telling["audience"], telling["code"])
            for record in self.records
            for telling in record["tell"]
            if status is None or record["alert"]["status"] == status
        ]

    def held(self) -> list[tuple[str, str]]:
        """Audience and reason of every hold, in order."""
        return [(hold["audience"], hold["reason"]) for record in self.records for hold in record["held"]]

    @property
    def last(self) -> dict[str, Any]:
        """The newest record for alerts.raised.v1."""
        return self.records[-1]

    def observed(self) -> dict[str, tuple[int, int | None]]:
        """Value and threshold by what was observed, of the newest record."""
        return {seen["what"]: (seen["value"], seen["threshold"]) for seen in self.last["alert"]["observed"]}

    def _keep(self, records: list[dict[str, Any]]) -> list[Line]:
        self.hot = load(dump(self.hot))  # what is not in the record is not remembered
        alerts = [record for record in records if "alert" in record]
        self.records += alerts
        self.items += [record for record in records if "kind" in record]
        return [self._line(record) for record in alerts if not record["release"]]

    silent = False

    def recall(self, mark: Mark) -> dict[str, Any]:
        return self._events[mark.seq[0]]

    def shelve(self, life: Life) -> None:
        self._shelf.append(life)

    def last_number(self, life: Life) -> int:
        return max((old.n for old in self._shelf if (old.rule, old.name) == (life.rule, life.name)), default=0)

    def shelved(self) -> list[Life]:
        return self._shelf

    def let_go(self, cases: set[str]) -> None:
        self._let_go = getattr(self, "_let_go", set()) | cases

    def has_let_go(self, case: str) -> bool:
        return case in getattr(self, "_let_go", set())

    def history(self) -> Iterator[Mark]:
        return iter(self._marks)

    def unshelve(self, event_ids: set[str]) -> list[Life]:
        back = [life for life in self._shelf if not event_ids.isdisjoint(life.because)]
        self._shelf = [life for life in self._shelf if life not in back]
        return back

    def sent(self) -> None:
        return None

    def _line(self, record: dict[str, Any]) -> Line:
        alert = record["alert"]
        return Line(
            f"{datetime.fromisoformat(rfc3339(record['at'])):%Y-%m-%d %H:%M}",
            alert["rule"]["id"],
            alert["status"],
            " ".join(self._names[because["event_id"]] for because in alert["because"]),
            " ".join(alert["audiences"]),
        )


Teller = Callable[..., list[Line]]
