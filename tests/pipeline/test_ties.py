"""What lasts of an adult is the child's from when the tie between them is heard of, however old it is by then."""

from typing import Any

import pytest

from building import adult, child, event, simulate

FATHER = adult(role="client")
CASE = {"provider": "CRC", "worker": "B. Stainsby"}


def house(at: str, **other: Any) -> dict[str, Any]:
    return event("hub.household.changed", at, child(), FATHER | {"role": "parent_carer"}, case_ref="HH-1", **other)


def allocated(at: str) -> dict[str, Any]:
    return event("probation.case.allocated", at, FATHER, data=CASE, case_ref="CRC-1")


def opened(at: str) -> dict[str, Any]:
    return event("yos.case.opened", at, child(), data={"order": "referral", "worker": "N. Tunstall"}, case_ref="Y-1")


def overlaps(*events: dict[str, Any], until: str) -> list[tuple[str, str, list[str]]]:
    lines = [line for line in simulate(list(events), until=until) if line["kind"] == "alert"]
    return [
        (line["at"][:10], line["status"], line["audiences"]) for line in lines if line["rule"]["id"] == "family-overlap"
    ]


@pytest.mark.parametrize("moves_in", ["2017-02-20", "2017-05-15", "2017-12-01"])
def test_who_moves_in_with_a_caseload_is_told_of_then_however_old_it_is(moves_in: str):
    events = [allocated("2017-01-10T10:00:00Z"), opened("2017-02-01T10:00:00Z"), house(f"{moves_in}T10:00:00Z")]
    told = overlaps(*events, until=f"{moves_in}T12:00:00Z")
    assert told == [(moves_in, "raised", ["yos", "probation"])]


def test_it_falls_quiet_90_days_after_that():
    events = [allocated("2017-01-10T10:00:00Z"), opened("2017-02-01T10:00:00Z"), house("2017-05-15T10:00:00Z")]
    told = overlaps(*events, until="2018-01-01T00:00:00Z")
    assert told[1:] == [("2017-08-13", "resolved", ["yos", "probation"])]


def test_a_caseload_that_was_closed_before_is_none():
    closed = event("probation.case.closed", "2017-03-01T10:00:00Z", FATHER, data=CASE, case_ref="CRC-1")
    events = [allocated("2017-01-10T10:00:00Z"), opened("2017-02-01T10:00:00Z"), closed, house("2017-05-15T10:00:00Z")]
    assert overlaps(*events, until="2018-01-01T00:00:00Z") == []


def test_another_tie_told_later_raises_what_fell_quiet_no_second_time():
    events = [allocated("2017-01-10T10:00:00Z"), opened("2017-02-01T10:00:00Z"), house("2017-05-15T10:00:00Z")]
    again = event(
        "cgl.client.children_linked",
        "2017-10-01T10:00:00Z",
        adult(2, role="client"),
        child(),
        data={"lives_with": "no"},
    )
    told = overlaps(*events, again, house("2017-10-02T10:00:00Z"), until="2017-10-03T00:00:00Z")
    assert [status for _, status, _ in told] == ["raised", "resolved", "raised"]  # the last is the other adult's
