"""`watch --by-child`: the newest revision of what is open, by child; and what somebody types becomes an answer."""

from typing import Any

import pytest

from building import child, event, simulate
from safeguarding.cli.by_child import AGENCY_OF, HELP, command, shown_by_child, standing
from safeguarding.cli.respond import answer
from safeguarding.producers.message import checked
from safeguarding.wire.topics import AUDIENCES

Line = dict[str, Any]
LOW = {"category": "emotional", "level": "low"}


def hub_lines() -> list[Line]:
    """Two children with concerns; one of them also gone missing, with cause for concern."""
    events = [
        event(f"{agency}.concern.raised", f"2017-09-0{n}T{9 + who}:00:00+01:00", child(who), data=LOW)
        for n, agency in enumerate(["yos", "cgl", "yos", "yos"], 1)
        for who in (1, 2)
    ]
    missing = {"risk": "high", "cause_for_concern": True}
    events.append(event("police.missing.reported", "2017-09-05T12:00:00+01:00", child(2), data=missing))
    return [line for line in simulate(events) if line["kind"] == "alert" and "hub" in line["audiences"]]


def test_each_child_has_its_newest_revisions_and_no_other():
    groups = standing(hub_lines())
    assert sorted(len(cards) for cards in groups) == [1, 2]
    assert all(
        line["revision"] >= 2 for cards in groups for line in cards if line["rule"]["id"] == "cumulative-concern"
    )
    assert all(len({line["alert_id"].split(".")[0] for line in cards}) == 1 for cards in groups)


@pytest.mark.parametrize("status", ["resolved", "withdrawn"])
def test_what_is_over_is_not_shown(status: str):
    lines = hub_lines()
    over = {**lines[-1], "status": status, "revision": lines[-1]["revision"] + 1}
    assert lines[-1]["alert_id"] in str(standing(lines))
    assert lines[-1]["alert_id"] not in str(standing([*lines, over]))


def test_the_most_pressing_comes_first():
    lines = hub_lines()
    urgent = {**lines[0], "alert_id": "other.rule.0.1", "urgency": "immediate"}
    assert standing([*lines, urgent])[0] == [urgent]


def test_two_recipients_of_one_notice_are_two_cards():
    notice = {"kind": "notice", "at": "2017-09-01T12:00:00+01:00", "alert_id": "k.r.0.1", "revision": 1}
    notice |= {"status": "raised", "urgency": "today"}
    groups = standing([{**notice, "recipient": {"code": code}} for code in ("A99001", "A99002")])
    assert [len(cards) for cards in groups] == [2]


def test_names_are_shown_only_when_asked_for():
    groups = standing(hub_lines())
    plain = "\n".join(text.plain for text in shown_by_child(groups, sensitive=False))
    assert "Harrow" not in plain
    assert plain.count("child ") >= 2
    assert "  3 " in plain
    assert "Harrow" in "\n".join(text.plain for text in shown_by_child(groups, sensitive=True))
    assert [text.plain for text in shown_by_child([], sensitive=False)] == ["nothing is open"]


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("typed", "verb"), [("a 2", "acknowledge"), ("x 2 rang", "action"), ("d 2  known", "dismiss")])
def test_what_is_typed_is_an_answer_of_the_audiences_agency(audience: str, typed: str, verb: str):
    groups = standing(hub_lines())
    asked = command(typed, groups, audience)
    assert isinstance(asked, dict)
    assert (asked["verb"], asked["agency"]) == (verb, AGENCY_OF.get(audience, audience))
    assert asked["alert_id"] == [line for cards in groups for line in cards][1]["alert_id"]
    made = checked(answer(**asked, at="2017-09-06T12:00:00+01:00"))
    assert made["data"]["reason"] == ("known" if verb == "dismiss" else None)


@pytest.mark.parametrize("typed", ["a", "a 0", "a 4", "a two", "z 1", "2", "a -1"])
def test_what_makes_no_sense_is_answered_with_what_does(typed: str):
    assert command(typed, standing(hub_lines()), "hub") == HELP


def test_a_dismissal_without_a_reason_is_not_sent():
    assert "says why" in str(command("d 1", standing(hub_lines()), "hub"))
