"""Whom an event reaches: those it names, the children of its adults, the people of its case (people.md)."""

from itertools import permutations
from typing import Any

import pytest

from building import IdentityRoom, adult, child, event

DAY = "2017-10-02"


class Log:
    """Identity, fed with events; children are told apart by their names."""

    def __init__(self) -> None:
        self.room = IdentityRoom()

    def facts(self, kind: str, *people: dict[str, Any], at: str = DAY, **other: Any) -> list[dict[str, Any]]:
        found = self.room.take(event(kind, f"{at}T12:00:00+01:00", *people, **other))
        assert found is not None
        assert found.status == "accepted"
        assert not found.doubts
        return found.facts

    def take(self, kind: str, *people: dict[str, Any], **other: Any) -> dict[str, dict[str, Any]]:
        """Facts by the given name of the child."""
        facts = [fact for fact in self.facts(kind, *people, **other) if fact["about"] == "child"]
        found = {fact["child"]["name"]["given"]: fact for fact in facts}
        assert len(found) == len(facts), "nobody is reached twice"
        return found


@pytest.fixture
def log() -> Log:
    return Log()


FIRST, SECOND, THIRD = child(1), child(2), child(3)
N1, N2, N3 = (c["name"]["given"] for c in (FIRST, SECOND, THIRD))
CLIENT = adult(1, role="client")


class TestDirectly:
    def test_every_child_that_is_named_once(self, log: Log):
        found = log.take("police.concern.raised", FIRST, SECOND, adult())
        assert {name: fact["ref"] for name, fact in found.items()} == {N1: "c1", N2: "c2"}
        assert not any(f["via_adult"] for f in found.values())

    def test_the_adults_of_the_event_are_told_by_key_and_role(self, log: Log):
        (fact,) = log.take("police.da_form.completed", FIRST, adult(1), adult(2, "adult_perpetrator")).values()
        assert [(a["ref"], a["role"]) for a in fact["adults"]] == [("a1", "adult_victim"), ("a2", "adult_perpetrator")]
        assert len({a["key"] for a in fact["adults"]}) == 2

    def test_children_of_one_event_are_not_linked_to_each_other(self, log: Log):
        log.take("police.concern.raised", FIRST, SECOND)
        assert list(log.take("police.concern.raised", FIRST)) == [N1]


class TestThroughClients:
    def link(self, log: Log, *children: dict[str, Any], lives_with: str = "yes", at: str = DAY) -> None:
        log.take("cgl.client.children_linked", CLIENT, *children, data={"lives_with": lives_with}, at=at)

    def relapse(self, log: Log, at: str = DAY) -> dict[str, dict[str, Any]]:
        return log.take("cgl.relapse_indicator.set", CLIENT, at=at)

    @pytest.mark.parametrize("lives_with", ["yes", "contact", "no", "unknown"])
    def test_an_event_about_a_client_reaches_every_linked_child_and_says_how(self, log: Log, lives_with: str):
        self.link(log, FIRST, SECOND, lives_with=lives_with)
        found = self.relapse(log)
        assert set(found) == {N1, N2}
        assert all(f["via_adult"] and f["via_link"] == lives_with for f in found.values())

    def test_nobody_is_reached_without_a_link(self, log: Log):
        assert not self.relapse(log)

    def test_every_agency_reaches_them(self, log: Log):
        self.link(log, FIRST)
        assert list(log.take("probation.case.allocated", CLIENT)) == [N1]
        assert list(log.take("health.relapse_indicator.set", CLIENT)) == [N1]

    def test_the_newest_list_replaces_the_one_before(self, log: Log):
        self.link(log, FIRST, SECOND)
        self.link(log, SECOND, THIRD, at="2017-10-03")
        assert sorted(self.relapse(log, at="2017-10-04")) == sorted([N2, N3])

    def test_the_newest_list_is_the_one_that_was_true_last_whichever_arrives_last(self, log: Log):
        self.link(log, SECOND, THIRD, at="2017-10-03")
        self.link(log, FIRST, SECOND)
        assert sorted(self.relapse(log, at="2017-10-04")) == sorted([N2, N3])

    def test_an_empty_list_ends_the_link(self, log: Log):
        self.link(log, FIRST)
        self.link(log, at="2017-10-03")
        assert not self.relapse(log, at="2017-10-04")

    def test_a_child_that_is_named_too_is_reached_once_and_directly(self, log: Log):
        self.link(log, FIRST, SECOND)
        found = log.take("cgl.concern.raised", CLIENT, FIRST)
        assert set(found) == {N1, N2}
        assert not found[N1]["via_adult"]
        assert found[N2]["via_adult"]


class TestThroughIncidents:
    def incident(self, log: Log, *people: dict[str, Any], at: str = DAY) -> None:
        log.take("police.incident.recorded", *people, at=at)

    def test_one_incident_links_its_adults_and_children_for_police_events(self, log: Log):
        self.incident(log, FIRST, adult())
        assert list(log.take("police.da_form.completed", adult(), at="2018-03-01")) == [N1]

    def test_for_police_events_only(self, log: Log):
        self.incident(log, FIRST, adult())
        assert not log.take("health.relapse_indicator.set", adult(role="client"))
        assert not log.take("probation.case.allocated", adult(role="client"))

    @pytest.mark.parametrize(("at", "linked"), [("2018-10-01", True), ("2018-10-02", False), ("2018-10-03", False)])
    def test_for_twelve_months(self, log: Log, at: str, linked: bool):
        self.incident(log, FIRST, adult())
        assert bool(log.take("police.da_form.completed", adult(), at=at)) is linked

    def test_a_link_does_not_reach_back(self, log: Log):
        self.incident(log, FIRST, adult())
        assert not log.take("police.da_form.completed", adult(), at="2017-10-01")

    def test_another_incident_links_again(self, log: Log):
        self.incident(log, FIRST, adult())
        self.incident(log, FIRST, adult(), at="2018-06-02")
        assert log.take("police.da_form.completed", adult(), at="2019-06-01")

    def test_a_concern_links_nobody(self, log: Log):
        log.take("police.concern.raised", FIRST, adult())
        assert not log.take("police.da_form.completed", adult())


class TestThroughHouseholds:
    def household(self, log: Log, *people: dict[str, Any], at: str = DAY, case: str = "HH-1") -> None:
        log.take("hub.household.changed", *people, at=at, case_ref=case)

    CARER = adult(1, role="parent_carer")
    OTHER = adult(2, role="household_member")

    def test_who_lives_together_is_linked_for_every_agency(self, log: Log):
        self.household(log, self.CARER, self.OTHER, FIRST, SECOND)
        for who in (self.CARER, self.OTHER):
            assert set(log.take("probation.case.allocated", who | {"role": "client"})) == {N1, N2}

    def test_the_newest_list_of_a_household_stands(self, log: Log):
        self.household(log, self.CARER, self.OTHER, FIRST, SECOND)
        self.household(log, self.CARER, FIRST, at="2017-10-03")
        assert list(log.take("probation.case.allocated", self.CARER | {"role": "client"}, at="2017-10-04")) == [N1]
        assert not log.take("probation.case.allocated", self.OTHER | {"role": "client"}, at="2017-10-04")

    def test_whichever_list_arrives_last(self, log: Log):
        self.household(log, self.CARER, FIRST, at="2017-10-03")
        self.household(log, self.CARER, self.OTHER, FIRST, SECOND)
        assert list(log.take("probation.case.allocated", self.CARER | {"role": "client"}, at="2017-10-04")) == [N1]
        assert not log.take("probation.case.allocated", self.OTHER | {"role": "client"}, at="2017-10-04")

    def test_another_household_is_not_touched(self, log: Log):
        self.household(log, self.CARER, FIRST)
        self.household(log, self.CARER, SECOND, case="HH-2", at="2017-10-03")
        found = log.take("probation.case.allocated", self.CARER | {"role": "client"}, at="2017-10-04")
        assert sorted(found) == sorted([N1, N2])

    def test_a_list_that_is_withdrawn_leaves_the_one_before_it_to_stand(self, log: Log):
        self.household(log, self.OTHER, FIRST)
        newer = event("hub.household.changed", "2017-10-03T12:00:00+01:00", self.CARER, case_ref="HH-1")
        log.room.take(newer)
        assert not log.take("probation.case.allocated", self.OTHER | {"role": "client"}, at="2017-10-04")
        back = {"id": "00000000-0000-4000-8000-000000000001", "action": "delete", "supersedes": newer["id"]}
        found = log.room.take(newer | back)
        assert found is not None
        assert [(f["then_seq"], f["via_link"]) for f in found.facts] == [(0, None), (2, "household")]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_the_order_of_arrival_does_not_matter(self, log: Log, order: tuple[int, ...]):
        lists = [(self.CARER, FIRST), (self.OTHER, SECOND), (self.CARER, self.OTHER, THIRD)]
        for n in order:
            self.household(log, *lists[n], at=f"2017-10-0{n + 2}")
        for who in (self.CARER, self.OTHER):
            assert list(log.take("probation.case.allocated", who | {"role": "client"}, at="2017-10-06")) == [N3]


class TestThroughCases:
    def test_an_event_that_names_nobody_reaches_the_people_of_its_case(self, log: Log):
        log.take("police.incident.recorded", FIRST, SECOND, case_ref="P-1")
        found = log.take("police.incident.closed", case_ref="P-1")
        assert set(found) == {N1, N2}
        assert all(f["via_case"] for f in found.values())

    def test_an_answer_by_the_hub_reaches_the_referrers_case(self, log: Log):
        log.take("police.referral.submitted", FIRST, case_ref="P-1")
        data = {"from_agency": "police", "from_case_ref": "P-1"}
        assert list(log.take("hub.referral.received", case_ref="H-9", data=data)) == [N1]
        data |= {"outcome": "assessment", "referrer_told": True}
        assert list(log.take("hub.decision.made", case_ref="H-9", data=data)) == [N1]

    def test_case_references_are_each_agencys_own(self, log: Log):
        log.take("police.incident.recorded", FIRST, case_ref="1")
        assert not log.take("health.concern.raised", case_ref="1")

    def test_an_event_that_names_somebody_reaches_nobody_else_of_its_case(self, log: Log):
        log.take("police.incident.recorded", FIRST, SECOND, case_ref="P-1")
        assert list(log.take("police.referral.submitted", FIRST, case_ref="P-1")) == [N1]

    def test_an_incident_is_closed_for_everybody_in_it(self, log: Log):
        log.take("police.incident.recorded", FIRST, SECOND, case_ref="P-1")
        found = log.take("police.incident.closed", FIRST, case_ref="P-1")
        assert {name: fact["via_case"] for name, fact in found.items()} == {N1: False, N2: True}

    def test_a_closing_that_comes_first_reaches_whom_the_incident_names(self, log: Log):
        log.take("police.incident.closed", FIRST, case_ref="P-1")
        facts = log.facts("police.incident.recorded", FIRST, SECOND, case_ref="P-1")
        closed = [f["child"]["name"]["given"] for f in facts if f["kind"] == "event" and f["via_case"]]
        assert closed == [N2]

    def test_a_child_once_listed_as_a_member_of_a_household_is_still_a_child(self, log: Log):
        log.take("police.incident.recorded", FIRST, case_ref="P-1")
        log.take("hub.household.changed", FIRST | {"role": "household_member"}, case_ref="HH-1")
        assert list(log.take("police.incident.closed", case_ref="P-1")) == [N1]

    def test_a_case_without_anybody_is_a_subject_itself(self, log: Log):
        assert [fact["about"] for fact in log.facts("police.incident.closed", case_ref="P-7")] == ["case"]


def test_a_heartbeat_is_about_its_agency_and_needs_no_basis(log: Log):
    assert [fact["about"] for fact in log.facts("police.heartbeat.sent", basis=None)] == ["agency"]


@pytest.mark.parametrize("verb", ["acknowledged", "actioned", "dismissed"])
def test_an_answer_that_names_its_alert_reaches_the_alerts_child(log: Log, verb: str):
    key = log.take("health.concern.raised", FIRST)[N1]["subject"]
    data = {"alert_id": f"{key}.cumulative-concern.0011.1"}
    assert list(log.take(f"hub.notification.{verb}", data=data)) == [N1]
    assert len(log.take(f"hub.notification.{verb}", FIRST, data=data)) == 1


class TestLate:
    """What was known of an adult before the tie was: it reaches the child in its own time, told anew (a refold)."""

    def test_an_event_about_an_adult_reaches_the_child_when_its_tie_arrives_late(self, log: Log):
        assert not log.take("cgl.relapse_indicator.set", CLIENT, at="2017-10-05")
        facts = log.facts("cgl.client.children_linked", CLIENT, FIRST, at="2017-10-02", data={"lives_with": "yes"})
        assert [(f["via_link"], f["then_seq"]) for f in facts if f["about"] == "child"] == [("yes", 0), (None, 1)]

    def test_an_event_before_the_tie_began_stays_where_it_was(self, log: Log):
        log.take("cgl.relapse_indicator.set", CLIENT, at="2017-10-01")
        facts = log.facts("cgl.client.children_linked", CLIENT, FIRST, at="2017-10-02", data={"lives_with": "yes"})
        assert [f["via_link"] for f in facts if f["about"] == "child"] == [None]

    def test_a_state_that_lasts_reaches_the_child_although_it_began_before_the_tie(self, log: Log):
        log.take("probation.case.allocated", CLIENT, at="2017-09-01")
        facts = log.facts("cgl.client.children_linked", CLIENT, FIRST, at="2017-10-02", data={"lives_with": "yes"})
        assert [(f["via_link"], f["before"]) for f in facts if f["about"] == "child"] == [("yes", True), (None, False)]

    def test_a_household_that_arrives_late_reaches_back_to_when_it_was_true(self, log: Log):
        log.take("probation.case.allocated", CLIENT, at="2017-10-05")
        carer = CLIENT | {"role": "parent_carer"}
        facts = log.facts("hub.household.changed", carer, FIRST, at="2017-10-02", case_ref="HH-1")
        assert [f["via_link"] for f in facts if f["about"] == "child"] == ["household", None]

    def test_a_form_that_overtakes_its_incident_reaches_the_child_of_the_incident(self, log: Log):
        assert not log.take("police.missing.reported", adult(), at="2017-10-05")
        facts = log.facts("police.incident.recorded", FIRST, adult(), at="2017-10-02")
        assert [f["via_link"] for f in facts if f["about"] == "child"] == ["incident", None]

    def test_what_was_heard_of_a_mother_since_her_pregnancy_began_reaches_the_unborn_child(self, log: Log):
        unborn = {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": "2018-04-10"}
        for at in ("2017-06-01", "2017-08-01"):
            log.facts("cgl.concern.raised", CLIENT, at=at)
        facts = log.facts("cgl.pregnancy.known", CLIENT, unborn, at="2017-10-02")
        told = [(f["via_link"], f["then_seq"]) for f in facts if f["about"] == "child"]
        assert told == [("pregnancy", 1), (None, 2)], "and nothing from before"

    def test_an_event_that_names_nobody_reaches_the_child_when_its_tie_arrives_late(self, log: Log):
        log.take("police.incident.recorded", adult(), case_ref="P-1", at="2017-10-01")
        log.facts("police.incident.closed", case_ref="P-1", at="2017-10-05")
        carer = adult(role="parent_carer")
        facts = log.facts("hub.household.changed", carer, FIRST, at="2017-10-02", case_ref="HH-1")
        assert [(f["via_link"], f["via_case"]) for f in facts if f["about"] == "child"] == [
            ("household", True),
            (None, False),
        ]

    def test_an_event_that_names_nobody_reaches_the_children_of_all_records_of_an_adult(self, log: Log):
        log.take("cgl.client.children_linked", CLIENT, FIRST, data={"lives_with": "yes"})
        other = adult(2, role="client")
        log.facts("probation.case.allocated", other)
        log.facts("hub.identity.merged", CLIENT | {"ref": "p1"}, other | {"ref": "p2"}, data={})
        log.facts("police.incident.closed", case_ref="P-1", at="2017-10-05")
        facts = log.facts("police.incident.recorded", other, case_ref="P-1", at="2017-10-04")
        assert [(f["via_link"], f["via_case"]) for f in facts if f["about"] == "child"][-2:] == [
            ("yes", True),
            ("yes", False),
        ]

    def test_a_decision_on_a_held_adult_lets_what_waited_for_the_tie_flow(self):
        room = IdentityRoom()

        def take(kind: str, *people: dict[str, Any], at: str = DAY, **other: Any) -> Any:
            return room.take(event(kind, f"{at}T12:00:00+01:00", *people, **other))

        take("cgl.client.children_linked", CLIENT, FIRST, data={"lives_with": "yes"})
        unsure = CLIENT | {"postcode": "TS29 9ZZ"}
        held = event("cgl.relapse_indicator.set", "2017-10-04T12:00:00+01:00", unsure)
        found = room.take(held)
        assert found is not None
        assert found.status == "held"
        data = {"event_agency": "cgl", "event_id": held["id"], "ref": unsure["ref"]}
        decided = take("hub.identity.decided", CLIENT, at="2017-10-09", data=data)
        assert [f["via_link"] for f in decided.facts if f["about"] == "child"] == [None, "yes"]
        assert [doubt["open"] for doubt in decided.doubts] == [False]
