"""The pipeline ends in the same alerts as a slow, obvious reading of the rules that shares no code with it."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.test_promises import whole
from reference.corrections import corrected
from reference.outcome import RULES, Final, outcome
from reference.reading import Event, when
from reference.stories import CHILDREN, THEMES, rfc, stories, subjects
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.pack import built_in
from safeguarding.events.times import parse_instant, rfc3339
from safeguarding.wire.codec import decode
from safeguarding.wire.topics import RAISED
from story import pack_of

PACK = built_in()
# Whom a held notice goes to is not in the first revision.
HELD = ("da-health-notice", "encompass-notice")
# Of what has stood for longer than any window the last word is kept: an overlap may rest on a later event.
REMEMBERED = timedelta(days=390)
CHILD = {who["identifiers"]["nhs_number"]: ref for ref, who in CHILDREN.items()}


def end_of(story: list[Event]) -> datetime:
    """When every alert of a story has ended or become quiet."""
    return max(when(e, "published_at") for e in story) + timedelta(days=800)


def lines_of(story: Iterable[Event], end: datetime, pack: Pack = PACK) -> list[dict[str, Any]]:
    pipeline = Embedded(pack)
    lines = [line for made in story for line in pipeline.publish_text(json.dumps(made))]
    lines += pipeline.pass_time(parse_instant(rfc(end)))
    return [line for line in lines if line["kind"] == "alert"]


def finals(revisions: Iterable[dict[str, Any]]) -> list[Final]:
    """Every alert that was not taken back, as it was first and last told."""
    lives: dict[str, list[dict[str, Any]]] = {}
    for alert in revisions:
        lives.setdefault(alert["alert_id"], []).append(alert)
    found = []
    for first, last in ((life[0], life[-1]) for life in lives.values()):
        if last["status"] != "withdrawn" and last["rule"]["id"] in RULES:
            found.append(
                Final(
                    last["rule"]["id"],
                    CHILD[last["child"]["identifiers"]["nhs_number"]] if last["child"] else "case",
                    tuple(sorted(b["event_id"] for b in last["because"])),
                    datetime.fromisoformat(first["as_of"]),
                    datetime.fromisoformat(last["as_of"]) if last["status"] == "resolved" else None,
                    last["urgency"],
                    frozenset((r["audience"], r["code"]) for r in first["recipients"]),
                )
            )
    return found


def whole_of(found: Iterable[Final], story: list[Event]) -> list[tuple[Any, ...]]:
    """All that is compared."""
    arrived = [when(e, "published_at") for e in story]
    long = max(arrived) - min(when(e) for e in story) > REMEMBERED
    return sorted(
        (f.rule, f.subject)
        if long and f.rule == "family-overlap"
        else (f.rule, f.subject, f.because, f.opened, str(f.over), f.urgency, () if f.rule in HELD else sorted(f.told))
        for f in found
    )


def meant(found: Iterable[Final]) -> list[tuple[Any, ...]]:
    """What a correction brings about: a later clock, and other words, are its own."""
    return sorted((f.rule, f.subject, f.because, f.over is not None) for f in found)


@pytest.mark.parametrize("theme", THEMES)
def test_every_alert_of_a_story_is_that_of_the_reference(theme: str):
    @given(stories([theme]))
    @settings(max_examples=25)
    def every_alert(story: list[Event]) -> None:
        end = end_of(story)
        assert whole_of(finals(lines_of(story, end)), story) == whole_of(outcome(story, subjects(), end), story)

    every_alert()


@given(corrected())
@settings(max_examples=80)
def test_so_is_every_alert_of_a_corrected_one(both: tuple[list[Event], list[Event], list[Event]]):
    story, corrections, right = both
    end = end_of([*story, *corrections])
    assert meant(finals(lines_of([*story, *corrections], end))) == meant(outcome(right, subjects(), end))


@given(stories(), st.data())
@settings(max_examples=40)
def test_and_of_one_that_is_told_twice(story: list[Event], data: Any):
    twice = [again for made in story for again in [made] * data.draw(st.integers(1, 3))]
    end = end_of(story)
    assert whole_of(finals(lines_of(twice, end)), story) == whole_of(outcome(story, subjects(), end), story)


@given(stories(), st.dictionaries(st.integers(0, 24), st.integers(0, 25), max_size=6), st.integers(1, 4))
@settings(max_examples=40)
def test_and_of_one_in_which_rooms_die(story: list[Event], deaths: dict[int, int], batch: int):
    """At any step, between any two outputs, and between outputs and state."""
    runtime = whole(story, deaths, batch)
    told: dict[tuple[str, int], dict[str, Any]] = {}
    for partition in range(runtime.partitions[RAISED]):
        for record in runtime.records(RAISED, partition):
            kind, raised = decode(record.value)
            if kind != "alert.raised":
                continue  # an operators' item
            told[raised["alert"]["alert_id"], raised["alert"]["revision"]] = raised["alert"] | {
                "as_of": rfc3339(raised["alert"]["as_of"])
            }
    end = max(when(e, "published_at") for e in story) + timedelta(days=135)  # three ticks of 45 days
    assert meant(finals(told.values())) == meant(outcome(story, subjects(), end))


DIALS = {
    "cumulative-concern": st.fixed_dictionaries(
        {
            "judged_at_least": st.integers(0, 2),
            "routine_once": st.booleans(),
            "new_after_close": st.integers(1, 2),
            "rest_days": st.sampled_from([0, 28, 60]),
            "graver_by": st.sampled_from(["level_or_agency", "level"]),
            "rise_to": st.sampled_from(["any", "high"]),
            "tier_1": st.booleans(),
        }
    ),
    "da-escalation": st.fixed_dictionaries(
        {
            "new_after_close": st.integers(1, 2),
            "rest_days": st.sampled_from([0, 28, 60]),
            "graver_by": st.sampled_from(["level_or_agency", "level"]),
            "rise_to": st.sampled_from(["any", "high"]),
            "incidents_on": st.booleans(),
        }
    ),
}


@pytest.mark.parametrize("rule", DIALS)
def test_and_with_other_dials(rule: str):
    @given(
        stories(["concerns", "contacts", "appointments"] if rule == "cumulative-concern" else ["forms"]), DIALS[rule]
    )
    @settings(max_examples=60)
    def with_other_dials(story: list[Event], dials: dict[str, Any]) -> None:
        end = end_of(story)
        found = finals(lines_of(story, end, pack_of([rule], {rule: _parameters(rule, dials)})))
        expected = [f for f in outcome(story, subjects(), end, {rule: dials}) if f.rule == rule]
        assert whole_of(found, story) == whole_of(expected, story)

    with_other_dials()


def _parameters(rule: str, dials: dict[str, Any]) -> dict[str, Any]:
    """The dials as the parameter file has them."""
    plain = {name: value for name, value in dials.items() if name not in ("tier_1", "incidents_on")}
    if rule == "da-escalation":
        return plain | {"incidents": {"count": 3, "months": 12, "on": dials["incidents_on"]}}
    tiers = [
        {"concerns": 3, "agencies": 2, "days": 90, "on": dials["tier_1"]},
        {"concerns": 4, "agencies": 3, "months": 12},
    ]
    return plain | {"tiers": tiers}
