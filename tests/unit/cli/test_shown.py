"""What people see of a line: stable columns, the voice first, nothing sensitive unless asked for."""

import copy
import io
import re
from typing import Any

import pytest
from rich.console import Console

from safeguarding.cli.shown import shown
from safeguarding.events.catalogue import TYPES

SENSITIVE_OF_ALERT = [
    "child.name.given",
    "child.name.family",
    "child.identifiers.nhs_number",
    "child.identifiers.upn",
    "child.identifiers.la_child_id",
    "voice.words",
    "voice.demeanour",
    "because.0.summary",
    "because.2.summary",
    "reason",
]
SENSITIVE_OF_NOTICE = [
    "child.name.given",
    "child.name.family",
    "child.identifiers.nhs_number",
    "what",
    "voice",
    "signs.0",
    "grade",
    "contact",
]


def text_of(line: dict[str, Any], *, sensitive: bool, terminal: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=terminal, highlight=False, markup=False, emoji=False, soft_wrap=True, no_color=False
    )
    for text in shown(line, sensitive=sensitive):
        console.print(text)
    return out.getvalue()


def with_canary(line: dict[str, Any], path: str) -> dict[str, Any]:
    changed = copy.deepcopy(line)
    node: Any = changed
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        node = node[step]
    assert node[last], "there was something to replace"
    node[last] = "CANARY"
    return changed


@pytest.mark.parametrize("path", SENSITIVE_OF_ALERT)
def test_a_canary_in_an_alert_shows_only_when_asked_for(alert, path):
    line = with_canary(alert, path)
    assert "CANARY" not in text_of(line, sensitive=False)
    assert "CANARY" in text_of(line, sensitive=True)


@pytest.mark.parametrize("path", SENSITIVE_OF_NOTICE)
def test_a_canary_in_a_notice_shows_only_when_asked_for(notice, path):
    line = with_canary(notice, path)
    assert "CANARY" not in text_of(line, sensitive=False)
    assert "CANARY" in text_of(line, sensitive=True)


def test_a_date_of_birth_shows_only_when_asked_for(alert, notice):
    for line in (alert, notice):
        assert "2010" not in text_of(line, sensitive=False)
        assert "14 May 2010" in text_of(line, sensitive=True)


def test_without_names_a_line_is_still_of_use(alert, notice):
    text = text_of(alert, sensitive=False)
    for word in ("e8490ad1", "cumulative-concern", "today", "raised", "education 2, police 1", alert["rule"]["words"]):
        assert word in text
    text = text_of(notice, sensitive=False)
    for word in ("e8490ad1", "da-health-notice", "gp A99107", "discuss at the next meeting", "3 concerns, 2 agencies"):
        assert word in text


def test_the_childs_voice_stands_first_and_whole(alert):
    alert["voice"]["words"] = "word " * 400
    first, second, *_ = text_of(alert, sensitive=True).splitlines()
    assert "Ellie Marwood" in first
    assert alert["voice"]["words"].strip() in second


def test_every_contributing_event_is_shown(alert):
    text = text_of(alert, sensitive=True)
    for event in alert["because"]:
        assert event["summary"] in text
        assert event["occurred_at"][:10] in text


def test_columns_stand_still_whatever_the_line_holds(alert, notice):
    starts = set()
    for line in (alert, notice):
        for status in ("raised", "amended", "escalated", "resolved", "withdrawn"):
            for urgency in ("immediate", "today", "routine"):
                for revision in (1, 12, 345):
                    changed = {**line, "status": status, "urgency": urgency, "revision": revision}
                    head = text_of(changed, sensitive=False).splitlines()[0]
                    found = re.search(r"child e8490ad1", head)
                    assert found
                    starts.add((head.index(urgency), head.index(status), head.index(f"r{revision} "), found.start()))
    assert len(starts) == 1


def test_colour_on_a_terminal_none_in_a_pipe(alert):
    assert "\x1b[" in text_of(alert, sensitive=True, terminal=True)
    assert "\x1b" not in text_of(alert, sensitive=True)


def test_an_agencys_escape_sequence_never_reaches_the_terminal(alert):
    alert["because"][0]["summary"] = "\x1b[2J\x1b]0;owned\x07 \u202eevil"
    alert["child"]["name"]["given"] = "\x1b[31mEllie"
    text = text_of(alert, sensitive=True)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "␛[2J" in text


def test_times_are_local_and_say_their_offset(alert):
    alert["at"] = "2018-07-01T11:30:00+00:00"
    assert text_of(alert, sensitive=False).startswith("2018-07-01 12:30+01:00")


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "receipt", "agency": "police", "id": "x", "status": "rejected", "code": "BAD_VALUE", "field": "data"},
        {"kind": "receipt", "status": "rejected", "code": "DECODE_FAILED", "agency": "police"},
        {"kind": "held", "what": "person", "reason": "name_without_postcode", "agency": "cgl", "id": "x"},
        {"kind": "held", "what": "notice", "reason": "no_recipient", "rule": "r", "child": None, "audience": "gp"},
        {"kind": "report", "agency": "police", "events": 580, "children": 100},
        {"kind": "operators", "what": "agency_silent", "agency": "police"},
        {"kind": "disclosure", "status": "sent", "audience": "gp", "rule": "r", "fields": ["child"]},
        {"kind": "unreadable", "code": "SCHEMA_UNKNOWN", "topic": "events.police.v1", "partition": 0, "offset": 7},
        {"kind": "quarantined", "room": "intake", "code": "BAD_TEXT", "value": "Q0FOQVJZ", "key": "Q0FOQVJZ"},
        {"kind": "event", "type": sorted(TYPES)[0], "summary": "CANARY", "people": [{"name": {"given": "CANARY"}}]},
        {"kind": "fact", "what": "event", "child": {"name": {"given": "CANARY"}}, "body": "Q0FOQVJZ"},
    ],
    ids=lambda line: line["kind"],
)
def test_every_other_kind_is_one_line_that_tells_nothing_of_a_child(line):
    text = text_of({"at": "2018-01-16T12:30:00+00:00", **line}, sensitive=False)
    assert text.count("\n") == 1
    assert text.startswith("2018-01-16 12:30+00:00  " + line["kind"][:8])
    assert "CANARY" not in text
    assert "Q0FOQVJZ" not in text


def test_a_kind_as_long_as_its_column_stands_apart_from_what_follows():
    line = {"kind": "feedback", "at": "2017-11-02T15:05:00+00:00", "status": "raised", "agency": "education"}
    line |= {"feedback_id": "f1", "what": "", "progress": {"stage": "received"}}
    assert " feedback raised " in text_of(line, sensitive=False)
