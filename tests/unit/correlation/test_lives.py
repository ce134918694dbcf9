"""The life of an alert: raised, amended, resolved, muted, quiet; one per rule and child (rules.md, suppression)."""

from typing import Any

import pytest

from building import child, event, simulate
from safeguarding.events.times import parse_instant, rfc3339

NELL, INES = child(1), child(2)
Lines = list[dict[str, Any]]


def concern(day: str, agency: str = "health", level: str = "low", who: dict[str, Any] = NELL, **other: Any) -> Any:
    data = {"category": "emotional", "level": level}
    return event(f"{agency}.concern.raised", f"{day}T12:00:00{_offset(day)}", who, data=data, **other)


def answer(verb: str, day: str, agency: str = "hub", who: dict[str, Any] = NELL, **data: Any) -> dict[str, Any]:
    data = data or {"rule": "cumulative-concern"}
    if verb == "dismissed":
        data = {"reason": "known to us"} | data
    people = () if "alert_id" in data else (who,)
    return event(f"{agency}.notification.{verb}", f"{day}T12:00:00{_offset(day)}", *people, data=data)


def _offset(day: str) -> str:
    return rfc3339(parse_instant(f"{day}T12:00:00Z"))[-6:]


def alerts(*events: dict[str, Any], until: str | None = None, rule: str = "cumulative-concern") -> Lines:
    lines = simulate(list(events), until)
    return [line for line in lines if line["kind"] == "alert" and line["rule"]["id"] == rule]


def told(lines: Lines) -> list[tuple[str, int, str]]:
    """Number, revision and status of each alert line."""
    return [(line["alert_id"].rsplit(".", 1)[1], line["revision"], line["status"]) for line in lines]


THREE = (concern("2017-09-01"), concern("2017-09-08", "police"), concern("2017-09-15"))


class TestOneOpenAlert:
    def test_it_is_raised_by_the_event_that_completes_it(self):
        assert not alerts(*THREE[:2])
        (alert,) = alerts(*THREE)
        assert (alert["revision"], alert["status"], alert["at"]) == (1, "raised", "2017-09-15T12:05:00+01:00")
        assert [b["event_id"] for b in alert["because"]] == [made["id"] for made in THREE]
        assert alert["opened_at"] == alert["as_of"] == alert["at"]

    def test_new_evidence_amends_it_and_raises_no_second(self):
        found = alerts(*THREE, concern("2017-09-20", "yos"), concern("2017-09-21", "cgl"))
        assert told(found) == [("1", 1, "raised"), ("1", 2, "amended"), ("1", 3, "amended")]
        assert len({line["alert_id"] for line in found}) == 1
        assert [len(line["because"]) for line in found] == [3, 4, 5]

    def test_what_changes_no_evidence_says_nothing(self):
        again = concern("2017-09-20", case_ref="H-1"), concern("2017-09-21", case_ref="H-1", level="high")
        assert told(alerts(*THREE, *again)) == [("1", 1, "raised"), ("1", 2, "amended")]

    def test_each_child_has_its_own(self):
        found = alerts(*THREE, *(made | {"people": [INES], "id": made["id"][:-1] + "0"} for made in THREE))
        assert told(found) == [("1", 1, "raised"), ("1", 1, "raised")]
        assert len({line["alert_id"] for line in found}) == 2

    def test_another_rule_is_never_silenced(self):
        missing = {"risk": "high", "cause_for_concern": True}
        gone = event("police.missing.reported", "2017-09-16T12:00:00+01:00", NELL, data=missing)
        assert told(alerts(*THREE, answer("dismissed", "2017-09-15"), gone, rule="missing-coordinator"))


class TestDecision:
    @pytest.mark.parametrize("by", ["rule", "alert_id"])
    def test_the_hubs_decision_closes_it(self, by: str):
        data = {by: "cumulative-concern" if by == "rule" else alerts(*THREE)[0]["alert_id"]}
        found = alerts(*THREE, answer("actioned", "2017-09-16", **data))
        assert told(found)[-1] == ("1", 2, "resolved")
        assert found[-1]["reason"] == "actioned by hub"

    @pytest.mark.parametrize(
        "change",
        [
            answer("acknowledged", "2017-09-16"),
            answer("actioned", "2017-09-16", rule="missing-coordinator"),
            answer("actioned", "2017-09-16", alert_id="another"),
            answer("actioned", "2017-09-16", who=INES),
            answer("actioned", "2017-09-16", agency="police"),
            answer("dismissed", "2017-09-16", agency="police"),
        ],
        ids=["only acknowledged", "another rule", "another alert", "another child", "not told", "dismissed, not told"],
    )
    def test_nothing_else_closes_it(self, change: dict[str, Any]):
        assert told(alerts(*THREE, change)) == [("1", 1, "raised")]

    def test_an_acknowledged_allocation_closes_missing_coordinator(self):
        missing = {"risk": "high", "cause_for_concern": True}
        gone = event("police.missing.reported", "2017-09-16T12:00:00+01:00", NELL, data=missing)
        for agency in ("hub", "police"):
            allocated = answer("acknowledged", "2017-09-17", agency=agency, rule="missing-coordinator")
            assert told(alerts(gone, allocated, rule="missing-coordinator"))[-1] == ("1", 2, "resolved")

    def test_after_a_close_another_needs_something_new_and_the_old_still_counts(self):
        closed = (*THREE, answer("actioned", "2017-09-16"))
        assert len(alerts(*closed, until="2018-06-01T00:00:00+01:00")) == 2
        found = alerts(*closed, concern("2017-09-20", "yos"))
        assert told(found)[-1] == ("2", 1, "raised")
        assert len(found[-1]["because"]) == 4

    def test_more_of_an_old_case_is_nothing_new(self):
        cased = (*THREE[:2], concern("2017-09-15", case_ref="H-1"))
        found = alerts(*cased, answer("actioned", "2017-09-16"), concern("2017-09-20", case_ref="H-1"))
        assert told(found)[-1] == ("1", 2, "resolved")


class TestDismissal:
    closed = (*THREE, answer("dismissed", "2017-10-10"))

    def test_it_closes(self):
        found = alerts(*self.closed)
        assert (found[-1]["status"], found[-1]["reason"]) == ("resolved", "dismissed")

    @pytest.mark.parametrize(("day", "raised"), [("2017-10-11", False), ("2017-11-06", False), ("2017-11-07", True)])
    def test_the_rule_is_silent_for_that_child_for_28_days_its_own_the_first(self, day: str, raised: bool):
        found = alerts(*self.closed, concern(day))
        assert (told(found)[-1] == ("2", 1, "raised")) is raised

    def test_the_last_moment_of_silence_is_the_last_of_the_28th_day(self):
        late, early = concern("2017-11-06"), concern("2017-11-07")
        late |= {"published_at": "2017-11-06T23:59:59+00:00"}
        early |= {"occurred_at": "2017-11-06T12:00:00+00:00", "published_at": "2017-11-07T00:00:00+00:00"}
        assert len(alerts(*self.closed, late)) == 2
        assert len(alerts(*self.closed, early)) == 3

    def test_its_end_fires_nothing(self):
        found = alerts(*self.closed, concern("2017-10-11"), until="2018-06-01T00:00:00+01:00")
        assert told(found)[-1] == ("1", 2, "resolved")

    def test_what_arrived_in_the_silence_counts_afterwards(self):
        found = alerts(*self.closed, concern("2017-10-11"), concern("2017-11-08"))
        assert told(found)[-1] == ("2", 1, "raised")
        assert len(found[-1]["because"]) == 5

    @pytest.mark.parametrize(
        ("change", "raised"),
        [
            ({"level": "medium"}, True),
            ({"level": "high"}, True),
            ({"level": "low"}, False),
            ({"agency": "yos"}, True),
            ({"agency": "police"}, False),
        ],
    )
    def test_a_graver_level_or_another_agency_breaks_it(self, change: dict[str, str], raised: bool):
        assert (told(alerts(*self.closed, concern("2017-10-11", **change)))[-1] == ("2", 1, "raised")) is raised

    def test_another_child_is_not_muted(self):
        found = alerts(
            *self.closed, *(concern(f"2017-10-1{n}", a, who=INES) for n, a in enumerate(["yos", "cgl", "yos"]))
        )
        assert told(found)[-1] == ("1", 1, "raised")


class TestQuiet:
    def test_it_closes_at_midnight_of_the_ninetieth_date_after_evidence_last_arrived(self):
        found = alerts(*THREE, until="2018-01-01T00:00:00+00:00")
        assert told(found)[-1] == ("1", 2, "resolved")
        assert (found[-1]["at"], found[-1]["reason"]) == ("2017-12-14T00:00:00+00:00", "quiet")

    def test_not_a_moment_before(self):
        assert len(alerts(*THREE, until="2017-12-13T23:59:59+00:00")) == 1
        assert len(alerts(*THREE, until="2017-12-14T00:00:00+00:00")) == 2

    def test_new_evidence_begins_it_again(self):
        found = alerts(*THREE, concern("2017-10-01"), until="2018-06-01T00:00:00+01:00")
        assert found[-1]["at"] == "2017-12-30T00:00:00+00:00"

    def test_the_day_on_which_evidence_arrived_counts_not_the_day_it_occurred(self):
        late = THREE[2] | {"published_at": "2017-10-20T12:00:00+01:00"}
        assert alerts(*THREE[:2], late, until="2018-06-01T00:00:00+01:00")[-1]["at"] == "2018-01-18T00:00:00+00:00"

    def test_a_later_firing_is_a_new_alert(self):
        found = alerts(*THREE, *(concern(f"2018-02-0{n}", "yos") for n in (1, 2)), concern("2018-02-03"))
        assert told(found)[:3] == [("1", 1, "raised"), ("1", 2, "resolved"), ("2", 1, "raised")]

    def test_what_did_not_happen_never_goes_quiet(self):
        form = event("police.da_form.completed", "2017-09-01T12:00:00+01:00", NELL, case_ref="P-1")
        found = alerts(form, until="2018-06-01T00:00:00+01:00", rule="referral-missing")
        assert {line["status"] for line in found} == {"raised", "escalated"}


class TestNotices:
    """Rules that are finished when raised."""

    def status(self, day: str, status: str, **other: Any) -> dict[str, Any]:
        data = {"status": status, "team": "CIN-1", "ended": False} | other
        return event("hub.status.changed", f"{day}T12:00:00{_offset(day)}", NELL, data=data)

    def test_every_change_is_an_alert_of_its_own(self):
        found = alerts(
            self.status("2017-09-01", "cin"), self.status("2017-10-01", "cpp"), self.status("2017-11-01", "none"),
            rule="status-to-health",
        )  # fmt: skip
        assert [line["status"] for line in found] == ["raised"] * 3
        assert len({line["alert_id"] for line in found}) == 3

    def test_no_decision_and_no_time_closes_them(self):
        decided = answer("actioned", "2017-09-02", rule="status-to-health")
        dismissed = answer("dismissed", "2017-09-02", rule="status-to-health")
        found = alerts(
            self.status("2017-09-01", "cin"),
            decided,
            dismissed,
            until="2019-09-01T00:00:00+01:00",
            rule="status-to-health",
        )
        assert [line["status"] for line in found] == ["raised"]

    def test_a_status_that_stood_before_all_that_is_remembered_still_stands(self):
        events = [
            self.status("2015-09-01", "cin") | {"mode": "backfill"},
            self.status("2017-03-01", "cin", worker="A. Other"),
            concern("2017-06-01"),
            self.status("2017-09-01", "cpp"),
        ]
        (found,) = alerts(*events, rule="status-to-health")
        assert found["observed"][0]["what"] == "from child in need to child protection plan"


class TestBackfill:
    def test_history_raises_nothing_by_itself(self):
        old = [made | {"mode": "backfill"} for made in THREE]
        assert not alerts(*old, until="2018-06-01T00:00:00+01:00")

    def test_a_live_event_completes_it(self):
        old = [made | {"mode": "backfill"} for made in THREE[:2]]
        assert told(alerts(*old, THREE[2])) == [("1", 1, "raised")]

    def test_it_does_not_amend(self):
        assert told(alerts(*THREE, concern("2017-09-20", "yos", mode="backfill"))) == [("1", 1, "raised")]
        more = concern("2017-09-20", "yos", mode="backfill"), concern("2017-09-21", "cgl")
        assert len(alerts(*THREE, *more)[-1]["because"]) == 5
