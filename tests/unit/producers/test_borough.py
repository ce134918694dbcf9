"""The stand-ins' borough: the same seed gives the same year, in order, all invented, with the two stories in it."""

import json
import re
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest
from nhs_number import is_valid

from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import faults
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.times import parse_instant
from safeguarding.identity.numbers import valid_pnc_id, valid_upn
from safeguarding.producers.agencies import EVENT_OF
from safeguarding.producers.borough import rows, year

START = date(2017, 9, 1)


@cache
def events(seed: int = 1, children: int = 400) -> list[dict[str, Any]]:
    return list(year(seed, children, START))


def test_a_seed_is_a_year_and_another_seed_another():
    assert list(year(1, 60, START)) == list(year(1, 60, START))
    assert list(year(1, 60, START)) != list(year(2, 60, START))


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agencys_rows_are_its_events_of_the_year(agency: str):
    own = [event for event in events(children=120) if event["agency"] == agency]
    told = [(sent, EVENT_OF[agency](row)) for sent, row in rows(agency, 1, 120, START)]
    assert [event["id"] for _, event in told] == [event["id"] for event in own]
    assert [sent for sent, _ in told] == [parse_instant(event["published_at"]) for event in own]
    for (_, event), mine in zip(told, own, strict=True):
        assert {**event, "published_at": None} == {**mine, "published_at": None}


def test_events_come_in_the_order_in_which_they_are_published():
    published = [parse_instant(event["published_at"]) for event in events()]
    assert published == sorted(published)


def test_only_the_fast_clock_breaks_the_contract():
    found = Counter(str(fault) for event in events() for fault in faults(event))
    assert set(found) == {"FUTURE_TIME occurred_at"}


def test_an_id_that_comes_again_is_a_retry_with_the_same_content():
    seen: dict[str, dict[str, Any]] = {}
    for event in events():
        content = {**event, "published_at": None}
        assert seen.setdefault(event["id"], content) == content


def test_everything_is_invented():
    text = json.dumps(events())
    numbers = set(re.findall(r'"nhs_number": "(\d+)"', text))
    assert numbers
    assert all(number.startswith("999") and is_valid(number) for number in numbers)
    assert all(re.fullmatch(r"TS\d\d 9[A-Z]{2}", code) for code in re.findall(r'postcode": "([^"]+)"', text))
    assert all(valid_upn(upn) for upn in set(re.findall(r'"upn": "([^"]+)"', text)))
    assert all(valid_pnc_id(pnc) for pnc in set(re.findall(r'"pnc_id": "([^"]+)"', text)))


def test_every_agency_beats_every_day():
    beats = Counter(event["agency"] for event in events() if event["type"].endswith(".heartbeat.sent"))
    assert beats.keys() == set(AGENCIES)
    assert min(beats.values()) >= 365


@pytest.mark.parametrize("start", [START, date(2024, 2, 29), date(2025, 11, 20)])
def test_a_year_may_begin_on_any_day(start: date):
    told = list(year(3, 40, start))
    john = next(e for e in told if any((p.get("name") or {}).get("family") == "Thirlby" for p in e["people"]))
    assert parse_instant(told[0]["published_at"]) <= parse_instant(john["published_at"])
    assert {event["agency"] for event in told} == set(AGENCIES)


@cache
def simulated(seed: int) -> list[dict[str, Any]]:
    pipeline = Embedded(built_in())
    lines = [line for event in events(seed) for line in pipeline.publish_text(json.dumps(event))]
    return lines + pipeline.pass_time()


def of_child(lines: list[dict[str, Any]], number: str, rule: str) -> list[int]:
    """After how many receipts each alert of a rule came for the child with this NHS number."""
    found, receipts = [], 0
    for line in lines:
        receipts += line["kind"] == "receipt"
        if line["kind"] == "alert" and line["rule"]["id"] == rule and line["revision"] == 1:
            found += [receipts] if (line["child"] or {}).get("identifiers", {}).get("nhs_number") == number else []
    return found


def test_johns_alert_is_among_the_first_twentieth_and_marks_soon_after():
    lines = simulated(1)
    (john,) = of_child(lines, "9990000034", "cumulative-concern")
    mark = of_child(lines, "9990000026", "status-to-health")[0]
    assert john <= len(events()) / 20
    assert john < mark <= len(events()) / 10


def test_a_small_borough_raises_tens_of_alerts_by_most_of_the_rules():
    raised = Counter(a["rule"]["id"] for a in simulated(1) if a["kind"] == "alert" and a["revision"] == 1)
    first = {"cumulative-concern", "da-health-notice", "status-to-health", "missing-coordinator"}
    assert first <= raised.keys()
    assert len(raised) >= 12
    assert 20 <= sum(raised[rule] for rule in first) <= 150


def test_every_fate_of_an_event_is_in_a_year():
    receipts = Counter((r["status"], r.get("code")) for r in simulated(1) if r["kind"] == "receipt")
    assert sum(receipts.values()) == len(events())
    fates = {("accepted", None), ("accepted", "TEST"), ("duplicate", None), ("held", "NO_BASIS"), ("held", "IDENTITY")}
    assert receipts.keys() == fates | {("rejected", "FUTURE_TIME")}


def test_hardship_is_told_and_takes_part_in_no_alert():
    hardship = {event["id"] for event in events() if event["data"].get("category") == "hardship"}
    assert hardship
    evidence = {b["event_id"] for line in simulated(1) if line["kind"] == "alert" for b in line["because"]}
    assert evidence
    assert not hardship & evidence
