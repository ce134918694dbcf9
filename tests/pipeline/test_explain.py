"""Every alert of the stories is explained, and the explanation is true: try it, simulate again, it does not fire."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from building import child, event, simulate
from safeguarding.cli import _app
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.pack import built_in
from safeguarding.errors import SafeguardingError
from safeguarding.events.times import HOUR, parse_day, parse_instant, rfc3339
from safeguarding.inquiry.facts import Facts
from safeguarding.inquiry.log import of_text
from safeguarding.inquiry.stops import search
from safeguarding.inquiry.why import alert_ids, why
from safeguarding.inquiry.whynot import why_not

HERE = Path(__file__).parent / "stories"
STORIES = sorted(HERE.glob("*.jsonl"))
UNTIL = "2018-06-01T12:00:00+01:00"
PACK = built_in()
Event = dict[str, Any]


def facts_of(events: list[Event], until: str = UNTIL) -> Facts:
    return Facts(of_text([json.dumps(made) for made in events], parse_instant(until)))


def events_of(story: Path) -> list[Event]:
    events = []
    for line in story.read_text(encoding="utf-8").split("\n"):
        try:
            events.append(json.loads(line))
        except ValueError:
            continue
    return [made for made in events if isinstance(made, dict) and isinstance(made.get("agency"), str)]


def explanations(facts: Facts, pack: Pack = PACK) -> list[Event]:
    return [why(facts, name, pack) for subject in facts.records for name in alert_ids(facts, subject, pack)]


def alerts_of(events: list[Event], pack: Pack = PACK) -> list[Event]:
    return [line for line in simulate(events, UNTIL, pack) if line["kind"] == "alert"]


def is_like(alert: Event, other: Event) -> bool:
    """The same rule's, for the same case of the same child, whatever the child's key is by now."""
    same = [line["alert_id"].split(".")[1:3] for line in (alert, other)]
    who = [
        (line.get("child") or {}).get("identifiers") or (line.get("child") or {}).get("name") for line in (alert, other)
    ]
    return same[0] == same[1] and who[0] == who[1]


def still_fires(explained: Event, without: list[str], events: list[Event], pack: Pack = PACK) -> bool:
    before = [line for line in alerts_of(events, pack) if line["revision"] == 1]
    own = next(line for line in before if line["alert_id"] == explained["alert_id"])
    others = {line["opened_at"] for line in before if is_like(line, own) and line is not own}
    kept = [made for made in events if made["id"] not in without]
    now = [line for line in alerts_of(kept, pack) if line["revision"] == 1 and is_like(line, own)]
    return any(line["opened_at"] not in others for line in now)


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_each_revision_rests_on_what_the_alert_says(story: Path):
    events = events_of(story)
    said = {(a["alert_id"], a["revision"]): a for a in alerts_of(events)}
    told = {(e["alert_id"], r["revision"]): r for e in explanations(facts_of(events)) for r in e["revisions"]}
    assert said.keys() == told.keys() != set()
    for place, alert in said.items():
        assert told[place]["because"] == [because["event_id"] for because in alert["because"]]
        assert told[place]["status"] == alert["status"]
        assert [seen["value"] for seen in told[place]["observed"]] == [seen["value"] for seen in alert["observed"]]


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_without_any_set_that_is_named_it_does_not_fire_and_with_one_event_of_it_back_it_does(story: Path):
    events = events_of(story)
    for explained in explanations(facts_of(events)):
        if explained["rule"]["id"] == "agency-silent":
            assert explained["stops"] is None  # silence rests on nothing that one could take away
            continue
        assert explained["stops"]["complete"]
        assert explained["stops"]["sets"]
        for removed in explained["stops"]["sets"]:
            assert not still_fires(explained, removed, events)
            for back in removed:
                assert still_fires(explained, [one for one in removed if one != back], events)


def test_what_fell_due_before_a_correction_was_said_before_it():
    """Nobody else's event comes in between: only time itself has made the alert, a day before the correction."""
    incident = event("police.incident.recorded", "2017-10-20T22:10:00+01:00", child(1),
                     data={"kind": "domestic_abuse", "children_linked": True})  # fmt: skip
    other = event("police.incident.recorded", "2017-10-20T22:20:00+01:00", child(1), action="update",
                  data=incident["data"], supersedes=incident["id"],
                  published_at="2017-10-23T10:00:00+01:00")  # fmt: skip
    said = {(a["alert_id"], a["revision"]): a["at"] for a in alerts_of([incident, other])}
    found = explanations(facts_of([incident, other]))
    told = {(one["alert_id"], r["revision"]): r["at"] for one in found for r in one["revisions"]}
    assert told == said
    assert "2017-10-21T22:10:00+01:00" in said.values()


hours = st.integers(1, 24 * 120)
happenings = st.one_of(
    st.tuples(st.sampled_from(["police", "health", "cgl", "yos"]), hours, st.sampled_from(["1", None])),
    st.tuples(st.just("missing"), hours, st.none()),
    st.tuples(st.sampled_from(["standard", "high"]), hours, st.sampled_from(["1", None])),
)


def made_of(what: str, hour: int, case: str | None) -> Event:
    at = rfc3339(parse_instant("2017-08-01T09:00:00+01:00") + hour * HOUR)
    other = {} if case is None else {"case_ref": case}
    if what == "missing":
        data = {"risk": "medium", "cause_for_concern": False}
        return event("police.missing.reported", at, child(1), data=data, **other)
    if what in ("standard", "high"):
        return event("police.da_form.completed", at, child(1), data={"tool": "dash", "grade": what}, **other)
    return event(f"{what}.concern.raised", at, child(1), data={"category": "physical", "level": "low"}, **other)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(happenings, min_size=3, max_size=7, unique=True))
def test_what_would_have_stopped_an_alert_stops_it(story: list[tuple[str, int, str | None]]):
    events = sorted((made_of(*one) for one in story), key=lambda made: made["published_at"])
    events = list({made["id"]: made for made in events}.values())
    for explained in explanations(facts_of(events)):
        for removed in (explained["stops"] or {"sets": []})["sets"]:
            assert not still_fires(explained, removed, events), explained["alert_id"]


@given(st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=3), min_size=1, max_size=5))
def test_the_search_finds_every_smallest_set(ways: list[frozenset[str]]):
    """Whatever the ways to fire are: each set hits them all, none can be smaller, and there is no other."""
    found = search(
        lambda removed: next((sorted(way) for way in ways if not way & removed), None), trials=5000, most=500
    )

    all_sets = [frozenset(c) for size in range(7) for c in combinations("abcdef", size)]
    hitting = [one for one in all_sets if all(one & way for way in ways)]
    minimal = {one for one in hitting if not any(other < one for other in hitting)}
    assert found.complete
    assert set(found.sets) == minimal
    assert [len(one) for one in found.sets] == sorted(len(one) for one in found.sets)


def test_a_search_that_is_cut_short_says_so_and_names_one_set_that_cannot_be_smaller():
    names = [f"{n:02}" for n in range(30)]

    def rests_on(removed: frozenset[str]) -> list[str] | None:
        left = [name for name in names if name not in removed]
        return left if len(left) >= 3 else None

    found = search(rests_on, trials=40, most=10)
    assert not found.complete
    assert (found.tried, found.searched) == (40, 1)
    assert [len(one) for one in found.sets] == [28]


def concerns(*agencies: str, days: int = 1, **data: Any) -> list[Event]:
    start = parse_instant("2017-09-04T09:00:00+01:00")
    return [
        event(f"{agency}.concern.raised", rfc3339(start + n * days * 24 * HOUR), child(1),
              data={"category": "physical", "level": "low"} | data)
        for n, agency in enumerate(agencies)
    ]  # fmt: skip


def of_type(kind: str, count: int, data: Event, days: int = 7, **other: Any) -> list[Event]:
    start = parse_instant("2017-09-04T09:00:00+01:00")
    return [event(kind, rfc3339(start + n * days * 24 * HOUR), child(1), data=data, **other) for n in range(count)]


def neglect(*kinds: str) -> list[Event]:
    found = []
    for number, kind in enumerate(kinds):
        found += concerns("health", category="neglect", neglect_type=kind)
        found[-1] |= {"id": found[-1]["id"][:-1] + str(number)}
    return found


ENOUGH = {
    "cumulative-concern": concerns("health", "police", "police"),
    "da-escalation": of_type("police.incident.recorded", 3, {"kind": "domestic_abuse", "children_linked": True}),
    "missing-coordinator": of_type("police.missing.reported", 3, {"risk": "low", "cause_for_concern": False}),
    "not-brought-pattern": of_type("health.appointment.was_not_brought", 2, {"service": "dental"}),
    "chronic-neglect": neglect("medical", "nutritional"),
    "contact-missed": [
        *of_type("health.hcp_contact.missed", 1, {"contact": "12_months"}),
        *concerns("police"),
    ],
}


def test_every_rule_that_counts_is_tried():
    assert ENOUGH.keys() == {name for name, active in PACK.rules.items() if active.rule.near is not None}


@pytest.mark.parametrize("rule", ENOUGH)
def test_one_event_short_it_does_not_fire_and_why_not_says_what_is_missing(rule: str):
    events = ENOUGH[rule]
    facts = facts_of(events, events[-1]["published_at"])
    (subject,) = [key for key in facts.records if facts.child(key)]
    full = why_not(facts, subject, rule, PACK)
    assert [line for line in alerts_of(events) if line["rule"]["id"] == rule]
    assert min(window["lacks"] for window in full["windows"]) == 0
    assert [alert["status"] for alert in full["alerts"]] == ["raised"]
    for short in range(len(events)):
        fewer = [made for place, made in enumerate(events) if place != short]
        facts = facts_of(fewer, events[-1]["published_at"])
        (subject,) = [key for key in facts.records if facts.child(key)]
        answer = why_not(facts, subject, rule, PACK)
        assert not [line for line in alerts_of(fewer) if line["rule"]["id"] == rule]
        assert answer["alerts"] == []
        assert min(window["lacks"] for window in answer["windows"]) >= 1
        assert min(window["lacks"] for window in answer["windows"]) <= 2  # a concern less may be an agency less, too


def test_what_a_rule_that_counts_nothing_lacks_makes_it_fire():
    base = event("health.registration.changed", "2017-01-09T09:00:00+00:00", child(1), data={"gp_practice": "A99001"})
    facts = facts_of([base], "2017-09-10T09:00:00+01:00")
    subject, named = facts.find("Tobias Harrow"), dict[str, list[str]]()
    for rule in (name for name, a in PACK.rules.items() if a.rule.near is None and a.rule.about == "child"):
        named[rule] = why_not(facts, subject, rule, PACK)["lacks"]
    assert named["return-interview"] == ["police.missing.returned"]
    assert named["feedback-due"] == ["hub.decision.made"]  # a decision that the referrer was not told of
    assert named["closing-code"] == []  # it takes an incident and its closing
    for kind in sorted({kind for kinds in named.values() for kind in kinds}):
        more = event(kind, "2017-09-11T09:00:00+01:00", child(1), case_ref="one-more")
        other = {name: not value if isinstance(value, bool) else value for name, value in more["data"].items()}
        told = [simulate([base, made], UNTIL) for made in (more, more | {"data": other})]
        fired = {line["rule"]["id"] for lines in told for line in lines if line["kind"] == "alert"}
        fired |= {"referral-feedback" for lines in told for line in lines if line["kind"] == "feedback"}
        assert {rule for rule, kinds in named.items() if kind in kinds} <= fired, kind


def test_a_case_that_was_answered_names_the_answer():
    form = event("police.da_form.completed", "2017-10-02T21:14:00+01:00", child(1), case_ref="1")
    sent = event("police.referral.submitted", "2017-10-02T23:14:00+01:00", child(1), case_ref="1")
    facts = facts_of([form, sent])
    answer = why_not(facts, facts.find("Tobias Harrow"), "referral-missing", PACK)
    assert answer["silenced_by"] == [sent["id"]]
    assert answer["due"] is None


def test_two_answers_are_named_together_and_an_answer_that_came_late_kept_nothing_silent():
    form = event("police.da_form.completed", "2017-10-02T21:14:00+01:00", child(1), case_ref="1")
    first, second = (event("police.referral.submitted", f"2017-10-02T{hour}:14:00+01:00", child(1), case_ref="1")
                     for hour in (22, 23))  # fmt: skip
    late = event("police.referral.submitted", "2017-10-04T09:14:00+01:00", child(1), case_ref="1")
    facts = facts_of([form, first, second])
    answer = why_not(facts, facts.find("Tobias Harrow"), "referral-missing", PACK)
    assert (answer["silenced_by"], answer["lacks"]) == ([], [])
    assert answer["silenced_together"] == [first["id"], second["id"]]
    facts = facts_of([form, late])
    answer = why_not(facts, facts.find("Tobias Harrow"), "referral-missing", PACK)
    assert [alert["status"] for alert in answer["alerts"]] == ["resolved"]
    assert (answer["silenced_by"], answer["silenced_together"]) == ([], [])


def test_what_is_enough_and_yet_silent_names_what_kept_it_silent():
    missed, other = of_type("health.appointment.was_not_brought", 2, {"service": "dental"}, days=1)
    kept = event("health.appointment.attended", "2017-09-06T09:00:00+01:00", child(1), data={"service": "dental"})
    events = [missed, kept, other | {"published_at": "2017-09-07T09:00:00+01:00"}]
    facts = facts_of(events, "2017-09-08T09:00:00+01:00")
    answer = why_not(facts, facts.find("Tobias Harrow"), "not-brought-pattern", PACK)
    assert not [line for line in alerts_of(events) if line["rule"]["id"] == "not-brought-pattern"]
    assert answer["windows"][0]["lacks"] == 0
    assert answer["silenced_by"] == [kept["id"]]


def test_a_case_that_waits_names_the_hour():
    form = event("police.da_form.completed", "2017-10-02T21:14:00+01:00", child(1), case_ref="1")
    facts = facts_of([form], form["published_at"])
    answer = why_not(facts, facts.find("tobias harrow"), "referral-missing", PACK)
    assert answer["due"] == "2017-10-03T21:14:00+01:00"


def test_what_a_dismissal_keeps_silent_is_not_due_and_what_is_open_is_escalated():
    first, second, third = (
        event("police.da_form.completed", f"2017-10-{day}T09:00:00+01:00", child(1), case_ref=day,
              data={"tool": "dash", "grade": "standard"}) for day in ("02", "05", "06")
    )  # fmt: skip
    dismissed = event("hub.notification.dismissed", "2017-10-04T09:00:00+01:00", child(1),
                      data={"rule": "referral-missing", "reason": "known"})  # fmt: skip
    open_one = facts_of([first], "2017-10-03T12:00:00+01:00")
    muted = facts_of([first, dismissed, second, third], "2017-10-06T12:00:00+01:00")
    answer = why_not(open_one, open_one.find("tobias harrow"), "referral-missing", PACK)
    assert (answer["due"], answer["due_status"]) == ("2017-10-04T09:00:00+01:00", "escalated")
    answer = why_not(muted, muted.find("tobias harrow"), "referral-missing", PACK)
    assert answer["quiet_until"] == "2017-11-01T00:00:00+00:00"
    assert answer["due"] is None
    fired = [line["at"] for line in alerts_of([first, dismissed, second, third]) if line["status"] == "raised"
             and line["rule"]["id"] == "referral-missing"]  # fmt: skip
    assert fired == ["2017-10-03T09:00:00+01:00"]


def test_a_dismissal_and_a_held_event_are_named():
    events = concerns("health", "police", "police")
    dismissed = event("hub.notification.dismissed", "2017-09-07T09:00:00+01:00", child(1),
                      data={"rule": "cumulative-concern", "reason": "known"})  # fmt: skip
    unsure = event("yos.concern.raised", "2017-09-08T09:00:00+01:00", child(1, identifiers=None, postcode="TS19 9ZZ"),
                   data={"category": "physical", "level": "low"})  # fmt: skip
    facts = facts_of([*events, dismissed, unsure], "2017-09-10T09:00:00+01:00")
    answer = why_not(facts, facts.find("Tobias Harrow"), "cumulative-concern", PACK)
    assert answer["quiet_until"] == "2017-10-05T00:00:00+01:00"
    assert [held["event_id"] for held in answer["held"]] == [unsure["id"]]


def test_what_is_over_by_the_end_of_the_log_keeps_nothing_silent():
    """Nobody speaks of the child for months: time passes all the same."""
    dismissed = event("hub.notification.dismissed", "2017-09-07T09:00:00+01:00", child(1),
                      data={"rule": "cumulative-concern", "reason": "known"})  # fmt: skip
    facts = facts_of([*concerns("health", "police", "police"), dismissed], "2018-06-01T12:00:00+01:00")
    cut = PACK._replace(
        rules={name: active._replace(valid_to=parse_day("2017-12-31")) for name, active in PACK.rules.items()}
    )
    answer = why_not(facts, facts.find("Tobias Harrow"), "cumulative-concern", cut)
    assert answer["as_of"] == "2018-06-01T12:00:00+01:00"
    assert answer["quiet_until"] is None
    assert not answer["in_force"]


def test_a_rule_or_a_child_that_is_not_there_is_said():
    facts = facts_of(concerns("health"))
    with pytest.raises(SafeguardingError, match="no rule nothing is in force"):
        why_not(facts, facts.find("Tobias Harrow"), "nothing", PACK)
    with pytest.raises(SafeguardingError, match="no child in this log"):
        facts.find("Nobody")
    with pytest.raises(SafeguardingError, match="raises no such alert"):
        why(facts, f"{facts.find('Tobias Harrow')}.cumulative-concern.abc.1", PACK)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(_app(), ["explain", *arguments])


class TestText:
    story = str(HERE / "sorrel-each-a-little.jsonl")

    def test_it_reads_as_an_account_without_names_or_narrative(self):
        text = run(self.story).stdout
        assert "3 of 3 concerns, 3 of 2 agencies within 90 days: enough" in text
        assert "|a·········b··············c" in text
        assert "sent       hub, gp A99011, school-nurse SN-MARTON" in text
        assert "it would not have fired without a and b; or without a and c" in text
        assert not any(word in text for word in ("Asleep", "Sorrel", "Whitlock"))

    def test_the_agencies_own_words_are_there_when_asked_for(self):
        assert "Asleep in lessons again." in run(self.story, "--show-sensitive").stdout
        assert "Asleep in lessons again." not in run(self.story, "--json").stdout

    def test_why_not_tells_how_far_it_was(self):
        text = run(self.story, "--child", "Sorrel Whitlock", "--rule", "da-escalation").stdout
        assert "0 of 3 domestic-abuse incidents within 12 months: short of domestic-abuse incidents by 3" in text

    def test_why_not_names_what_a_rule_that_counts_nothing_lacks(self):
        text = run(self.story, "--child", "Sorrel Whitlock", "--rule", "return-interview").stdout
        assert "lacks      one of police: missing returned" in text

    def test_a_rule_needs_a_child_and_a_question_needs_a_log(self):
        assert run(self.story, "--rule", "da-escalation").exit_code == 2
        assert run().exit_code == 2
