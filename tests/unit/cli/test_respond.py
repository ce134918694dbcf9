"""`respond`: an answer is an event of the agency that gives it, as intake takes it."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from building import child, event, simulate
from safeguarding.cli import _app
from safeguarding.cli.respond import answer
from safeguarding.events.envelope import AGENCIES
from safeguarding.producers.message import checked

AT = "2017-10-03T12:00:00+01:00"


@pytest.mark.parametrize("agency", AGENCIES)
@pytest.mark.parametrize("verb", ["acknowledge", "action", "dismiss"])
def test_an_answer_of_any_agency_is_an_event_that_intake_takes(agency: str, verb: str):
    made = answer("key.rule.0.1", verb, agency, reason="known", outcome="called", at=AT)
    assert checked(made)["data"] == {"alert_id": "key.rule.0.1", "rule": None, "reason": "known", "outcome": "called"}
    assert made["type"].startswith(f"{agency}.notification.")


def test_two_answers_are_two_events():
    first, second = (answer("k.r.0.1", "action", "hub", reason=None, outcome=None, at=AT) for _ in range(2))
    assert first["id"] != second["id"]
    assert first["data"] == {"alert_id": "k.r.0.1"}


def alerts(*more: dict[str, Any]) -> list[dict[str, Any]]:
    who = child(1)
    concerns = [
        event(
            f"{agency}.concern.raised", f"2017-09-0{n}T12:00:00+01:00", who, data={"category": "other", "level": "low"}
        )
        for n, agency in enumerate(["yos", "cgl", "yos"], 1)
    ]
    return [line for line in simulate([*concerns, *more]) if line["kind"] in ("alert", "receipt")]


def test_what_the_hub_decides_closes_the_alert():
    raised = next(line for line in alerts() if line["kind"] == "alert")
    answered = answer(raised["alert_id"], "action", "hub", reason=None, outcome="assessment", at=AT)
    last = alerts(answered)[-1]
    assert (last["alert_id"], last["status"], last["reason"]) == (raised["alert_id"], "resolved", "actioned by hub")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["k.r.0.1", "dismiss", "--agency", "hub"], "a dismissal says why"),
        (["k.r.0.1", "action", "--agency", "nobody"], "one of"),
        (["k.r.0.1", "burn", "--agency", "hub"], "burn"),
        (["k.r.0.1", "action", "--agency", "hub", "--at", "soon"], "--at"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_sent(words: list[str], says: str):
    done = CliRunner().invoke(_app(), ["respond", *words])
    assert done.exit_code == 2
    assert says in json.dumps(done.output)
