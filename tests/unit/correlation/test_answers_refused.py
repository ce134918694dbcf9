"""An answer counts when there is such an alert and its agency was told of it; else it is refused with a receipt."""

from typing import Any

import pytest

from building import child, event, simulate

NELL, TOBIAS = child(1, date_of_birth="2009-05-14"), child(2)
LOW = {"category": "emotional", "level": "low"}
KNOWN = [
    event("health.registration.changed", "2017-01-09T09:00:00+00:00", NELL, data={"gp_practice": "A99001"}),
    *(
        event(f"{agency}.concern.raised", f"2017-09-0{n}T12:00:00+01:00", NELL, data=LOW)
        for n, agency in enumerate(["yos", "cgl", "yos"], 1)
    ),
]
AT = "2017-09-05T12:00:00+01:00"
RULE = "cumulative-concern"


def said(*answers: dict[str, Any]) -> list[dict[str, Any]]:
    return simulate([*KNOWN, *answers])


ALERT = next(line for line in said() if line["kind"] == "alert")["alert_id"]


def receipt(answer: dict[str, Any], *more: dict[str, Any]) -> tuple[Any, ...]:
    """Status, code and field of the one receipt of an answer."""
    lines = said(*more, answer)
    (found,) = [line for line in lines if line["kind"] == "receipt" and line["id"] == answer["id"]]
    return found["status"], found.get("code"), found.get("field")


def answered(agency: str, verb: str = "acknowledged", at: str = AT, **data: Any) -> dict[str, Any]:
    people = [] if "alert_id" in data else [NELL]
    return event(f"{agency}.notification.{verb}", at, *people, data=data)


@pytest.mark.parametrize("agency", ["hub", "health"])
@pytest.mark.parametrize("named", [{"alert_id": ALERT}, {"rule": RULE}])
def test_who_was_told_may_answer(agency: str, named: dict[str, str]):
    assert receipt(answered(agency, **named)) == ("accepted", None, None)


@pytest.mark.parametrize("agency", ["police", "cgl", "yos", "probation", "education"])
def test_who_was_never_told_is_refused(agency: str):
    assert receipt(answered(agency, alert_id=ALERT)) == ("rejected", "NOT_YOURS", "data.alert_id")
    assert receipt(answered(agency, rule=RULE)) == ("rejected", "NOT_YOURS", "data.rule")


@pytest.mark.parametrize("agency", ["police", "cgl", "yos", "probation", "education"])
def test_nor_does_it_learn_whether_there_is_an_alert(agency: str):
    for rule in (RULE, "da-escalation"):
        assert receipt(answered(agency, rule=rule)) == ("rejected", "NOT_YOURS", "data.rule")
    for named in (ALERT, ALERT.replace(RULE, "da-escalation")):
        assert receipt(answered(agency, alert_id=named)) == ("rejected", "NOT_YOURS", "data.alert_id")


def test_who_waits_for_a_notice_has_not_been_told():
    """Nobody knows the school nurse's team; the practice that joins later was told."""
    late = event("health.registration.changed", "2017-09-04T09:00:00+01:00", NELL, data={"gp_practice": "A99001"})
    known = KNOWN[1:]
    answer = answered("health", alert_id=ALERT)
    for before, status in (([], "rejected"), ([late], "accepted")):
        lines = simulate([*known, *before, answer])
        alert = next(line for line in lines if line["kind"] == "alert")
        mine = [*known, *before, answer | {"data": {"alert_id": alert["alert_id"]}}]
        assert [line["status"] for line in simulate(mine) if line.get("id") == answer["id"]] == [status]


@pytest.mark.parametrize(
    "named",
    [
        "nonsense",
        "5b0e6c0a-3c51-4c8e-9a55-0d6a3f1f8a01.cumulative-concern.00112233.1",
        ALERT[:-1] + "7",
        ALERT.replace(RULE, "da-escalation"),
    ],
)
def test_an_unknown_alert_is_refused(named: str):
    assert receipt(answered("hub", alert_id=named)) == ("rejected", "BAD_VALUE", "data.alert_id")


def test_a_rule_without_an_alert_of_that_child_is_refused():
    other = event("hub.notification.actioned", AT, TOBIAS, data={"rule": RULE})
    assert receipt(other) == ("rejected", "BAD_VALUE", "data.rule")
    assert receipt(answered("hub", rule="da-escalation")) == ("rejected", "BAD_VALUE", "data.rule")


def test_an_answer_about_nobody_is_refused():
    assert receipt(event("hub.notification.actioned", AT, data={"rule": RULE})) == (
        "rejected",
        "MISSING_FIELD",
        "people",
    )


def test_an_answer_to_a_closed_alert_is_late_and_not_wrong():
    first = answered("hub", "actioned", alert_id=ALERT)
    again = answered("health", "acknowledged", "2017-09-06T12:00:00+01:00", alert_id=ALERT)
    assert receipt(again, first) == ("accepted", None, None)


def test_a_refused_answer_closes_nothing():
    lines = said(answered("police", "dismissed", alert_id=ALERT, reason="ours"))
    assert [line["status"] for line in lines if line["kind"] == "alert"] == ["raised"]


def test_an_answer_that_is_sent_again_is_a_duplicate():
    answer = answered("hub", alert_id=ALERT)
    lines = [line for line in said(answer, answer) if line.get("id") == answer["id"]]
    assert [line["status"] for line in lines] == ["accepted", "duplicate"]
