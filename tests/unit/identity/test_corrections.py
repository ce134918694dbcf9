"""A correction names an event of its own agency and source, and stands in its place (contract.md, action)."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from building import Identified, IdentityRoom, adult, child, event

NELL, INES = child(1), child(2)


def concern(day: int = 2, who: dict[str, Any] = NELL, **other: Any) -> dict[str, Any]:
    return event("health.concern.raised", f"2017-10-0{day}T12:00:00+01:00", who, **other)


def update(of: dict[str, Any], **change: Any) -> dict[str, Any]:
    return of | {"id": str(uuid5(UUID(of["id"]), str(change))), "action": "update", "supersedes": of["id"]} | change


def delete(of: dict[str, Any], **change: Any) -> dict[str, Any]:
    return update(of, record_ref="gone", **change) | {"action": "delete"}


@pytest.fixture
def room() -> IdentityRoom:
    return IdentityRoom()


def take(room: IdentityRoom, made: dict[str, Any]) -> Identified:
    found = room.take(made)
    assert found is not None
    return found


class TestWhose:
    def test_a_correction_of_ones_own_is_accepted(self, room: IdentityRoom):
        made = concern()
        take(room, made)
        assert take(room, update(made)).status == "accepted"

    @pytest.mark.parametrize("verb", [update, delete])
    def test_another_systems_event_is_not_yours(self, room: IdentityRoom, verb: Any):
        made = concern(source="trust-a")
        take(room, made)
        found = take(room, verb(made, source="trust-b"))
        assert (found.status, found.code, found.field) == ("rejected", "NOT_YOURS", "supersedes")
        assert not found.facts

    def test_another_agencys_event_is_not_yours(self, room: IdentityRoom):
        made = concern()
        take(room, made)
        stranger = update(made, agency="police", type="police.concern.raised", source=None)
        assert take(room, stranger).code == "NOT_YOURS"

    def test_what_is_not_yours_may_be_sent_again_put_right(self, room: IdentityRoom):
        made, own = concern(source="trust-a"), concern(3, source="trust-b")
        take(room, made)
        take(room, own)
        wrong = update(made, source="trust-b")
        take(room, wrong)
        assert take(room, wrong | {"supersedes": own["id"]}).status == "accepted"

    def test_a_correction_that_is_repeated_is_a_duplicate(self, room: IdentityRoom):
        made = concern()
        take(room, made)
        better = update(made, summary="Better.")
        take(room, better)
        assert take(room, better).status == "duplicate"

    def test_a_test_event_cannot_be_corrected_into_the_world(self, room: IdentityRoom):
        made = concern(test=True)
        take(room, made)
        assert take(room, update(made, test=False)).status == "accepted"


class TestStanding:
    def test_the_child_gets_its_facts_anew_in_their_own_time(self, room: IdentityRoom):
        first, second = concern(2), concern(3)
        for made in (first, second):
            take(room, made)
        found = take(room, update(first, summary="Better."))
        assert [(f["then_seq"], f["root"]) for f in found.facts] == [(0, first["id"]), (1, None)]
        assert all(f["gen"] == 1 and f["then_clock"] <= f["clock"] for f in found.facts)
        assert take(room, concern(4)).facts[0]["gen"] == 1

    def test_a_delete_takes_the_event_out(self, room: IdentityRoom):
        first, second = concern(2), concern(3)
        for made in (first, second):
            take(room, made)
        assert [f["then_seq"] for f in take(room, delete(first)).facts] == [1]

    def test_of_a_chain_the_newest_stands_whichever_it_names(self, room: IdentityRoom):
        first = concern(2)
        second = update(first, summary="Second.")
        for third in (update(first, summary="Third."), update(second, summary="Third.")):
            room = IdentityRoom()
            for made in (first, second):
                take(room, made)
            (fact,) = take(room, third).facts
            assert (fact["then_seq"], fact["root"]) == (0, first["id"])

    def test_what_was_deleted_can_be_brought_back(self, room: IdentityRoom):
        first = concern(2)
        gone = delete(first)
        for made in (first, gone):
            take(room, made)
        assert len(take(room, update(gone)).facts) == 1

    def test_an_original_that_comes_later_is_superseded_on_arrival(self, room: IdentityRoom):
        first = concern(2)
        assert len(take(room, update(first, summary="Better.")).facts) == 1
        found = take(room, first)
        assert (found.status, found.code, found.facts) == ("accepted", None, [])

    @pytest.mark.parametrize("order", ["ADBC", "ADCB", "ACDB"])
    def test_what_stands_counts_where_the_joined_chain_began(self, room: IdentityRoom, order: str):
        original = concern()
        middle = update(original, published_at="2017-10-03T12:00:00+01:00")
        newest = update(middle, published_at="2017-10-04T12:00:00+01:00")
        gone = delete(original, published_at="2017-10-03T12:00:00+01:00")
        for name in order:
            found = take(room, {"A": original, "B": middle, "C": newest, "D": gone}[name])
        (fact,) = found.facts
        assert (fact["then_seq"], fact["root"]) == (0, original["id"])

    def test_an_original_that_was_deleted_before_it_came_counts_nowhere(self, room: IdentityRoom):
        first = concern(2)
        assert not take(room, delete(first)).facts
        found = take(room, first)
        assert (found.status, found.facts) == ("accepted", [])

    def test_both_children_are_put_right_when_it_was_another(self, room: IdentityRoom):
        nell = take(room, concern(1)).facts[0]["subject"]
        ines = take(room, concern(1, INES)).facts[0]["subject"]
        wrong = concern(2)
        take(room, wrong)
        facts = take(room, update(wrong, people=[INES])).facts
        assert [(f["subject"], f["then_seq"]) for f in facts] == sorted([(nell, 0), (ines, 1), (ines, 2)])

    def test_a_key_stays_when_the_first_that_was_heard_of_a_child_is_taken_back(self, room: IdentityRoom):
        first, second = concern(2), concern(3)
        key = take(room, first).facts[0]["subject"]
        take(room, second)
        take(room, delete(first))
        assert take(room, concern(4)).facts[0]["subject"] == key

    def test_a_key_stays_when_the_first_that_was_heard_of_a_child_was_of_another(self, room: IdentityRoom):
        first, second, other = concern(2), concern(3), INES | {"ref": NELL["ref"]}
        key = take(room, first).facts[0]["subject"]
        take(room, second)
        facts = {f["then_seq"]: f["subject"] for f in take(room, update(first, people=[other])).facts}
        assert facts[1] == key != facts[0], "who was told of the one must not be sent the other's name"
        assert take(room, concern(4)).facts[0]["subject"] == key
        assert take(room, concern(4, INES)).facts[0]["subject"] == facts[0]

    def test_both_keys_stay_when_the_first_that_was_heard_was_of_another_heard_of_later(self, room: IdentityRoom):
        first, second = concern(2), concern(3)
        nell = take(room, first).facts[0]["subject"]
        take(room, second)
        ines = take(room, concern(3, INES)).facts[0]["subject"]
        take(room, update(first, people=[INES | {"ref": NELL["ref"]}]))
        assert take(room, concern(4)).facts[0]["subject"] == nell
        assert take(room, concern(4, INES)).facts[0]["subject"] == ines

    @pytest.mark.parametrize(
        ("who", "other", "stays"),
        [
            (NELL, INES, False),
            (NELL, INES | {"identifiers": None}, False),
            (NELL, INES | {"identifiers": NELL["identifiers"]}, True),
            (NELL, NELL | {"identifiers": INES["identifiers"], "date_of_birth": None}, False),
            (NELL, NELL | {"identifiers": INES["identifiers"]}, True),  # a number put right
            (NELL | {"identifiers": None}, INES | {"identifiers": None}, False),
            (NELL | {"identifiers": None}, NELL | {"identifiers": None, "date_of_birth": "2009-02-13"}, True),
            (NELL | {"identifiers": None}, NELL | {"identifiers": None, "name": {"given": "Nellie"}}, True),
        ],
    )
    def test_who_was_only_ever_meant_by_mistake_is_nobody_any_more(
        self, room: IdentityRoom, who: dict[str, Any], other: dict[str, Any], stays: bool
    ):
        first = concern(2, who)
        key = take(room, first).facts[0]["subject"]
        (fact,) = take(room, update(first, people=[other | {"ref": who["ref"]}])).facts
        assert (fact["subject"] == key) is stays
        assert (
            take(room, update(first, people=[other | {"ref": who["ref"]}], summary="Again.")).facts[0]["subject"]
            == fact["subject"]
        )

    def test_a_key_stays_when_the_first_that_was_heard_of_a_child_is_put_in_other_words(self, room: IdentityRoom):
        first, second = concern(2), concern(3)
        key = take(room, first).facts[0]["subject"]
        take(room, second)
        facts = take(room, update(first, people=[NELL | {"ref": "p9", "postcode": "TS23 9ZZ"}])).facts
        assert {f["subject"] for f in facts} == {key}

    def test_what_was_certain_stays_when_a_correction_would_make_it_a_question(self, room: IdentityRoom):
        first, other = concern(2), concern(3)
        key = take(room, first).facts[0]["subject"]
        take(room, other)
        found = take(room, update(first, people=[NELL | {"date_of_birth": "2009-02-13"}]))
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(key, 0), (key, 1)]
        assert not found.doubts, "one agency's correction must not put a child's whole history on hold"
        ines = take(room, concern(4, INES)).facts[0]["subject"]
        pair = [NELL | {"ref": "p1"}, INES | {"ref": "p2"}]
        for what in ("merged", "separated"):
            found = take(room, event(f"hub.identity.{what}", "2017-10-05T12:00:00+01:00", *pair, data={}))
        assert not found.doubts
        facts = sorted((f["subject"], f["then_seq"]) for f in found.facts)
        assert facts == sorted([(key, 0), (key, 1), (ines, 3)])

    def test_numbers_that_only_a_wrong_event_joined_are_parted(self, room: IdentityRoom):
        both = concern(1, child(1, identifiers={**NELL["identifiers"], "la_child_id": "LA-9"}))
        key = take(room, both).facts[0]["subject"]
        other = {"ref": "c1", "role": "child", "identifiers": {"la_child_id": "LA-9"}}
        assert take(room, concern(2, other)).facts[0]["subject"] == key
        facts = take(room, update(both, people=[NELL])).facts
        assert {f["subject"] for f in facts if f["then_seq"] == 0} == {key}
        assert {f["subject"] for f in facts if f["then_seq"] == 1}.isdisjoint({key})


class TestBasis:
    def test_an_update_brings_the_basis_and_the_event_flows_in_its_place(self, room: IdentityRoom):
        held, later = concern(2, basis=None), concern(3)
        assert take(room, held).code == "NO_BASIS"
        take(room, later)
        found = take(room, update(held, basis="vital_interests"))
        assert (found.status, [f["then_seq"] for f in found.facts]) == ("accepted", [0, 1])
        assert [(d["id"], d["open"]) for d in found.doubts] == [(held["id"], False)]

    def test_an_update_without_a_basis_holds_what_it_corrects(self, room: IdentityRoom):
        first = concern(2)
        take(room, first)
        found = take(room, update(first, basis=None))
        assert (found.status, found.code, found.facts) == ("held", "NO_BASIS", [])

    def test_a_delete_needs_none(self, room: IdentityRoom):
        first = concern(2)
        take(room, first)
        assert take(room, delete(first, basis=None)).status == "accepted"


class TestThroughAdults:
    def test_a_link_that_is_taken_back_carries_nothing(self, room: IdentityRoom):
        client = adult(1, role="client")
        link = event("cgl.client.children_linked", "2017-10-01T12:00:00+01:00", client, NELL)
        take(room, link)
        signs = event("cgl.relapse_indicator.set", "2017-10-02T12:00:00+01:00", client)
        assert len(take(room, signs).facts) == 1
        assert not take(room, delete(link)).facts
        assert not take(room, event("cgl.relapse_indicator.set", "2017-10-03T12:00:00+01:00", client)).facts

    def test_a_link_that_comes_late_brings_what_happened_since(self, room: IdentityRoom):
        client = adult(1, role="client")
        signs = event("cgl.relapse_indicator.set", "2017-10-05T12:00:00+01:00", client)
        assert not take(room, signs).facts
        link = event("cgl.client.children_linked", "2017-10-01T12:00:00+01:00", client, NELL)
        facts = take(room, link).facts
        assert [(f["then_seq"], bool(f["via_adult"])) for f in facts] == [(0, True), (1, False)]

    def test_what_happened_before_a_link_began_is_not_the_childs_but_what_lasts(self, room: IdentityRoom):
        client = adult(1, role="client")
        for kind in ("cgl.relapse_indicator.set", "probation.case.allocated"):
            take(room, event(kind, "2017-10-01T12:00:00+01:00", client))
        link = event("cgl.client.children_linked", "2017-10-05T12:00:00+01:00", client, NELL)
        facts = take(room, link).facts
        assert [(f["then_seq"], f["before"]) for f in facts] == [(1, True), (2, False)]

    def test_a_case_whose_people_become_known_brings_what_named_nobody(self, room: IdentityRoom):
        closed = event("police.incident.closed", "2017-10-02T14:00:00+01:00", case_ref="P-1")
        take(room, closed)
        recorded = event("police.incident.recorded", "2017-10-02T12:00:00+01:00", NELL, case_ref="P-1")
        facts = [f for f in take(room, recorded).facts if f["about"] == "child"]
        assert [(f["then_seq"], f["via_case"]) for f in facts] == [(0, True), (1, False)]
