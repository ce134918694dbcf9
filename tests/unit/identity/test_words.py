"""What people decide about identity: two are one, a merge undone, whom a held event means (people.md)."""

from typing import Any
from uuid import uuid4

import pytest

from building import Identified, IdentityRoom, adult, child, event, nhs

NELL, INES = child(1), child(2)
UNSURE = NELL | {"identifiers": None, "postcode": None}
MOTHER = adult(1, role="parent_carer")


def at(day: int) -> str:
    return f"2017-10-{day:02}T12:00:00+01:00"


def concern(day: int, *who: dict[str, Any], **other: Any) -> dict[str, Any]:
    return event("health.concern.raised", at(day), *who, **other)


def word(what: str, day: int, *people: dict[str, Any], **data: Any) -> dict[str, Any]:
    return event(f"hub.identity.{what}", at(day), *people, data=data)


def decided(of: dict[str, Any], day: int, *people: dict[str, Any], ref: str = "c1") -> dict[str, Any]:
    return word("decided", day, *people, event_agency=of["agency"], event_id=of["id"], ref=ref)


def known(n: int) -> dict[str, Any]:
    return {"ref": f"p{n}", "role": "child", "identifiers": {"nhs_number": nhs(n)}}


class Hub:
    """Identity, with a person who decides."""

    def __init__(self) -> None:
        self.room = IdentityRoom()

    def take(self, made: dict[str, Any]) -> Identified:
        found = self.room.take(made)
        assert found is not None
        return found

    def key(self, made: dict[str, Any]) -> str:
        (fact,) = self.take(made).facts
        return str(fact["subject"])


@pytest.fixture
def hub() -> Hub:
    return Hub()


class TestMerged:
    def test_two_go_on_under_the_key_of_the_one_seen_first(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        found = hub.take(word("merged", 3, known(2), known(1)))
        assert (found.status, found.doubts) == ("accepted", [])
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(first, 0), (first, 1)]
        assert hub.key(concern(4, INES)) == hub.key(concern(5, NELL)) == first != second

    def test_undone_each_has_its_own_again(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        hub.take(word("merged", 3, known(1), known(2)))
        hub.take(concern(4, INES))
        facts = hub.take(word("separated", 5, known(1), known(2))).facts
        assert sorted((f["subject"], f["then_seq"]) for f in facts) == sorted([(first, 0), (second, 1), (second, 3)])
        assert (hub.key(concern(6, NELL)), hub.key(concern(6, INES))) == (first, second)

    def test_a_merge_itself_is_no_event_of_the_child(self, hub: Hub):
        hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        facts = hub.take(word("merged", 3, known(1), known(2))).facts
        assert {f["then_seq"] for f in facts} == {0, 1}

    def test_undone_what_only_the_merge_made_certain_waits_again(self, hub: Hub):
        nell, other = NELL | {"identifiers": {**NELL["identifiers"], "la_child_id": "LA-1"}}, INES
        keys = hub.key(concern(1, nell)), hub.key(concern(2, other))
        who = {"ref": "c1", "role": "child", "identifiers": {"la_child_id": "LA-1"}}
        mixed = concern(4, who | {"date_of_birth": INES["date_of_birth"]})
        hub.take(word("merged", 3, known(1), known(2)))
        assert hub.key(mixed) == keys[0]
        found = hub.take(word("separated", 5, known(1), known(2)))
        assert sorted((f["subject"], f["then_seq"]) for f in found.facts) == sorted([(keys[0], 0), (keys[1], 1)])
        assert [(d["id"], d["reason"], d["open"]) for d in found.doubts] == [
            (mixed["id"], "second_date_of_birth", True)
        ]

    def test_three_that_are_one_and_one_of_them_parted(self, hub: Hub):
        keys = [hub.key(concern(n, child(n))) for n in (1, 2, 3)]
        hub.take(word("merged", 4, known(1), known(2)))
        hub.take(word("merged", 5, known(2), known(3)))
        hub.take(word("separated", 6, known(2), known(3)))
        assert [hub.key(concern(7, child(n))) for n in (1, 2, 3)] == [keys[0], keys[0], keys[2]]

    def test_once_merged_their_numbers_are_no_conflict(self, hub: Hub):
        hub.key(concern(1, NELL))
        other = {"ref": "c1", "role": "child", "identifiers": {"la_child_id": "LA-2"}}
        hub.key(concern(2, other))
        both = NELL | {"identifiers": {**NELL["identifiers"], "la_child_id": "LA-2"}}
        assert hub.take(concern(3, both)).code == "IDENTITY"
        found = hub.take(word("merged", 4, known(1), other | {"ref": "p2"}))
        assert {f["then_seq"] for f in found.facts} == {0, 1, 2}, "what was held for it flows"
        assert [(d["ref"], d["open"]) for d in found.doubts] == [("c1", False)]
        assert hub.take(concern(5, both)).status == "accepted"

    def test_two_adults_when_it_names_no_children(self, hub: Hub):
        first, other = adult(1, role="client"), adult(2, role="client")
        hub.take(event("cgl.client.children_linked", at(1), first, NELL))
        assert not hub.take(event("probation.case.allocated", at(2), other)).facts
        facts = hub.take(word("merged", 3, first | {"ref": "p1"}, other | {"ref": "p2"})).facts
        assert [(f["then_seq"], bool(f["via_adult"])) for f in facts] == [(0, False), (1, True)]

    @pytest.mark.parametrize("people", [(), (known(1),), (known(1), known(2), known(3))])
    def test_what_does_not_name_two_is_refused(self, hub: Hub, people: tuple[dict[str, Any], ...]):
        found = hub.take(word("merged", 3, *people))
        assert (found.status, found.code, found.field) == ("rejected", "BAD_VALUE", "people")

    def test_whom_nobody_knows_is_for_a_person_to_say(self, hub: Hub):
        hub.key(concern(1, NELL))
        found = hub.take(word("merged", 3, known(1), known(2)))
        assert (found.status, found.code, found.facts) == ("held", "IDENTITY", [])
        assert [(d["ref"], d["reason"], d["open"]) for d in found.doubts] == [("p2", "unknown_person", True)]

    def test_parted_by_name_although_the_one_has_learnt_the_name_of_the_other(self, hub: Hub):
        gracie = INES | {"identifiers": {"agency_ref": "N-1"}}
        named = gracie | {"ref": "p2", "identifiers": None}
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, gracie))
        hub.take(word("merged", 3, known(1), named))
        mixed = concern(4, gracie | {"identifiers": NELL["identifiers"]})
        assert hub.key(mixed) == first
        found = hub.take(word("separated", 5, known(1), named))
        assert (found.status, sorted((f["subject"], f["then_seq"]) for f in found.facts)) == (
            "accepted",
            sorted([(first, 0), (second, 1)]),
        )
        assert [(d["id"], d["open"]) for d in found.doubts] == [(mixed["id"], True)]
        assert (hub.key(concern(6, NELL)), hub.key(concern(6, gracie))) == (first, second)

    def test_a_correction_stands_where_its_original_stood(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        made = word("merged", 3, known(1), known(2))
        hub.take(made)
        hub.take(word("separated", 4, known(1), known(2)))
        again = {"id": "00000000-0000-4000-8000-000000000006", "action": "update", "supersedes": made["id"]}
        assert not hub.take(made | again | {"summary": "A typing error."}).facts, "what undid it came later"
        assert (hub.key(concern(6, NELL)), hub.key(concern(6, INES))) == (first, second)

    def test_whom_a_held_merge_means_may_be_decided(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        made = word("merged", 3, known(1), INES | {"ref": "p2", "identifiers": None, "postcode": None})
        assert hub.take(made).code == "IDENTITY"
        said = decided(made, 4, known(2), ref="p2")
        found = hub.take(said)
        assert (found.status, [(d["id"], d["ref"], d["open"]) for d in found.doubts]) == (
            "accepted",
            [(made["id"], "p2", False)],
        )
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(first, 0), (first, 1)]
        back = {"id": "00000000-0000-4000-8000-000000000007", "action": "delete", "supersedes": said["id"]}
        found = hub.take(said | back)
        assert (found.status, [(d["id"], d["open"]) for d in found.doubts]) == ("accepted", [(made["id"], True)])
        assert (hub.key(concern(6, NELL)), hub.key(concern(6, INES))) == (first, second)

    @pytest.mark.parametrize("action", ["update", "delete"])
    def test_a_held_merge_asks_no_more_when_it_is_corrected(self, hub: Hub, action: str):
        hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        made = word("merged", 3, known(1), known(3))
        hub.take(made)
        back = {"id": "00000000-0000-4000-8000-000000000008", "action": action, "supersedes": made["id"]}
        found = hub.take(made | back | {"people": [known(1), known(2)]})
        assert [(d["id"], d["ref"], d["open"]) for d in found.doubts] == [(made["id"], "p3", False)]

    def test_a_decision_on_itself_is_for_a_person_to_say(self, hub: Hub):
        hub.key(concern(1, NELL))
        name = "00000000-0000-4000-8000-000000000009"
        made = word("decided", 2, known(1), event_agency="hub", event_id=name, ref="p1")
        assert not hub.take(made | {"id": name}).facts

    def test_a_list_of_one_record_of_a_client_replaces_that_of_another(self, hub: Hub):
        client, other = adult(1, role="client"), adult(2, role="client")
        ines = INES | {"ref": "c2"}
        first = hub.key(event("cgl.client.children_linked", at(1), client, NELL, data={"lives_with": "yes"}))
        second = hub.key(event("cgl.client.children_linked", at(2), other, ines, data={"lives_with": "yes"}))
        hub.take(word("merged", 3, client | {"ref": "p1"}, other | {"ref": "p2"}))
        assert hub.key(event("cgl.relapse_indicator.set", at(6), client)) == second
        facts = hub.take(event("cgl.client.children_linked", at(5), client, data={"lives_with": "yes"})).facts
        assert [f for f in facts if f["then_seq"] == 4] == [], "late, it takes away what had reached her"
        hub.take(event("cgl.client.children_linked", at(7), other, NELL, data={"lives_with": "yes"}))
        assert hub.key(event("cgl.relapse_indicator.set", at(8), client)) == first

    def test_how_a_child_lives_is_what_the_newest_list_of_any_of_its_records_says(self, hub: Hub):
        client, ines = adult(1, role="client"), INES | {"ref": "c2"}
        key = hub.key(event("cgl.client.children_linked", at(1), client, NELL, data={"lives_with": "yes"}))
        hub.take(event("cgl.client.children_linked", at(2), client, ines, data={"lives_with": "no"}))
        hub.take(word("merged", 3, known(1), known(2)))
        (fact,) = hub.take(event("cgl.relapse_indicator.set", at(4), client)).facts
        assert (fact["subject"], fact["via_link"]) == (key, "no")

    def test_taken_back_it_was_never_said(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(2, INES))
        made = word("merged", 3, known(1), known(2))
        hub.take(made)
        hub.take(made | {"id": "00000000-0000-4000-8000-000000000001", "action": "delete", "supersedes": made["id"]})
        assert (hub.key(concern(6, NELL)), hub.key(concern(6, INES))) == (first, second)


class TestBirth:
    UNBORN = {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": "2017-11-28"}  # noqa: RUF012

    def test_only_a_merge_joins_the_unborn_child_to_the_newborn(self, hub: Hub):
        unborn = hub.key(concern(1, MOTHER, self.UNBORN))
        born = hub.key(concern(2, NELL | {"date_of_birth": "2017-11-22"}))
        assert unborn != born
        hub.take(word("merged", 3, known(1), self.UNBORN | {"ref": "p2"}, MOTHER))
        (fact,) = hub.take(concern(4, NELL | {"date_of_birth": "2017-11-22"})).facts
        assert fact["subject"] == unborn
        assert fact["child"]["expected_date_of_birth"] is None, "it is born"

    @pytest.mark.parametrize("number", [{"la_child_id": "LA-7"}, {"agency_ref": "H-7"}])
    def test_a_number_that_both_have_is_a_question_and_the_answer_joins_them(self, hub: Hub, number: dict[str, str]):
        unborn = hub.key(concern(1, MOTHER, self.UNBORN | {"identifiers": number}))
        born = NELL | {"date_of_birth": "2017-11-22", "identifiers": number}
        made = concern(2, born)
        asked = hub.take(made)
        assert (asked.status, asked.code, asked.facts) == ("held", "IDENTITY", [])
        assert [(d["reason"], [c["key"] for c in d["candidates"]]) for d in asked.doubts] == [
            ("unborn_and_born", [unborn])
        ]
        facts = hub.take(decided(made, 3, {"ref": "p1", "role": "child", "identifiers": {"agency_ref": unborn}})).facts
        assert [(f["subject"], f["then_seq"]) for f in facts] == [(unborn, 0), (unborn, 1)], "nothing is lost"
        assert hub.key(concern(4, born)) == unborn, "and nobody asks again"
        assert hub.key(concern(5, MOTHER, self.UNBORN | {"identifiers": number})) == unborn

    def test_a_newborns_number_on_an_unborn_child_is_a_question_too(self, hub: Hub):
        born = NELL | {"date_of_birth": "2017-11-22", "identifiers": {"la_child_id": "LA-7"}}
        key = hub.key(concern(1, born))
        asked = hub.take(concern(2, MOTHER, self.UNBORN | {"identifiers": {"la_child_id": "LA-7"}}))
        assert (asked.status, [d["reason"] for d in asked.doubts]) == ("held", ["unborn_and_born"])
        assert [c["key"] for c in asked.doubts[0]["candidates"]] == [key]

    def test_a_merge_lets_a_newborn_flow_who_waited_for_its_number(self, hub: Hub):
        unborn = hub.key(concern(1, MOTHER, self.UNBORN | {"identifiers": {"la_child_id": "LA-7"}}))
        registered = NELL | {"date_of_birth": "2017-11-22"}
        hub.key(concern(2, registered))
        both = registered | {"identifiers": {**NELL["identifiers"], "la_child_id": "LA-7"}}
        assert hub.take(concern(3, both)).code == "IDENTITY"
        found = hub.take(word("merged", 4, known(1), self.UNBORN | {"ref": "p2"}, MOTHER))
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(unborn, n) for n in (0, 1, 2)]
        parted = hub.take(word("separated", 5, known(1), self.UNBORN | {"ref": "p2"}, MOTHER))
        assert [d["reason"] for d in parted.doubts if d["open"]] == ["identifiers_conflict"]

    def test_a_number_of_the_unborn_child_names_it_in_a_merge_whatever_its_role_there(self, hub: Hub):
        unborn = hub.key(concern(1, MOTHER, self.UNBORN | {"identifiers": {"la_child_id": "LA-7"}}))
        hub.key(concern(2, NELL | {"date_of_birth": "2017-11-22"}))
        other = {"ref": "p2", "role": "child", "identifiers": {"la_child_id": "LA-7"}}
        assert hub.take(word("merged", 3, known(1), other)).status == "accepted"
        assert hub.key(concern(4, NELL | {"date_of_birth": "2017-11-22"})) == unborn

    def test_the_mothers_practice_is_known_to_the_unborn_child_from_before(self, hub: Hub):
        hub.take(event("health.registration.changed", at(1), MOTHER, data={"gp_practice": "A99004"}))
        facts = hub.take(concern(2, MOTHER, self.UNBORN)).facts
        assert [(f["then_seq"], f["via_link"], f["before"]) for f in facts[:1]] == [(0, "pregnancy", False)]

    def test_without_a_mother_who_is_certain_the_unborn_child_is_in_doubt(self, hub: Hub):
        hub.take(concern(1, MOTHER, self.UNBORN))
        found = hub.take(concern(2, MOTHER | {"postcode": None}, self.UNBORN))
        assert (found.status, {d["ref"] for d in found.doubts}) == ("held", {"a1", "u1"})

    def test_her_decision_lets_both_flow(self, hub: Hub):
        key = hub.key(concern(1, MOTHER, self.UNBORN))
        doubtful = concern(2, MOTHER | {"postcode": None}, self.UNBORN)
        hub.take(doubtful)
        found = hub.take(decided(doubtful, 3, MOTHER | {"ref": "p1"}, ref="a1"))
        assert [(f["subject"], f["then_seq"], f["ref"]) for f in found.facts] == [(key, 0, "u1"), (key, 1, "u1")]
        assert {(d["ref"], d["open"]) for d in found.doubts} == {("a1", False), ("u1", False)}

    def test_unborn_twins_are_two_and_stay_two(self, hub: Hub):
        twins = (self.UNBORN, self.UNBORN | {"ref": "u2"})
        keys = [f["subject"] for f in hub.take(concern(1, MOTHER, *twins)).facts]
        assert len(set(keys)) == 2
        assert [f["subject"] for f in hub.take(concern(2, MOTHER, *twins)).facts] == keys
        assert hub.take(concern(3, MOTHER, self.UNBORN)).status == "held"


class TestDecided:
    def test_the_held_event_flows_in_its_own_time(self, hub: Hub):
        key = hub.key(concern(1, NELL))
        held = concern(2, UNSURE)
        assert hub.take(held).code == "IDENTITY"
        hub.take(concern(3, NELL))
        found = hub.take(decided(held, 4, known(1)))
        assert (found.status, found.code) == ("accepted", None)
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(key, 0), (key, 1), (key, 2)]
        assert [(d["id"], d["ref"], d["open"]) for d in found.doubts] == [(held["id"], "c1", False)]

    def test_the_held_event_is_the_same_in_whatever_form_its_id_is_written(self, hub: Hub):
        key = hub.key(concern(1, NELL))
        held = concern(2, UNSURE)
        hub.take(held)
        found = hub.take(decided(held | {"id": held["id"].upper()}, 3, known(1)))
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(key, 0), (key, 1)]

    def test_with_nobody_named_it_is_somebody_new(self, hub: Hub):
        key = hub.key(concern(1, NELL))
        held = concern(2, UNSURE)
        hub.take(held)
        (fact,) = hub.take(decided(held, 4)).facts
        assert fact["subject"] != key
        assert hub.key(concern(5, NELL)) == key

    def test_what_the_decision_makes_certain_flows_with_it(self, hub: Hub):
        key = hub.key(concern(1, NELL | {"identifiers": None}))
        doubtful = [concern(day, NELL | {"postcode": None}) for day in (2, 3)]
        for made in doubtful:
            assert hub.take(made).code == "IDENTITY"
        target = NELL | {"ref": "p1", "identifiers": None}
        facts = hub.take(decided(doubtful[0], 4, target)).facts
        assert [(f["subject"], f["then_seq"]) for f in facts] == [(key, 0), (key, 1), (key, 2)]

    def test_a_key_never_changes_although_the_held_event_was_the_first(self, hub: Hub):
        hub.key(concern(1, INES | {"identifiers": None}))
        held = concern(2, INES | {"identifiers": {"la_child_id": "LA-5"}, "postcode": None})
        hub.take(held)
        key = hub.key(concern(3, NELL))
        hub.take(decided(held, 4, known(1)))
        assert hub.key(concern(5, NELL)) == key

    def test_another_decision_replaces_it_and_deleted_it_is_in_doubt_again(self, hub: Hub):
        first, second = hub.key(concern(1, NELL)), hub.key(concern(1, INES))
        held = concern(2, UNSURE)
        hub.take(held)
        hub.take(decided(held, 4, known(1)))
        again = decided(held, 5, known(2))
        facts = hub.take(again).facts
        assert sorted((f["subject"], f["then_seq"]) for f in facts) == sorted([(first, 0), (second, 1), (second, 2)])
        back = again | {"id": "00000000-0000-4000-8000-000000000002", "action": "delete", "supersedes": again["id"]}
        facts = hub.take(back).facts
        assert sorted((f["subject"], f["then_seq"]) for f in facts) == sorted([(first, 0), (first, 2), (second, 1)])

    def test_a_corrected_person_needs_another_decision(self, hub: Hub):
        hub.key(concern(1, NELL))
        held = concern(2, UNSURE)
        hub.take(held)
        hub.take(decided(held, 4, known(1)))
        other = held | {"id": "00000000-0000-4000-8000-000000000003", "action": "update", "supersedes": held["id"]}
        assert hub.take(other | {"summary": "Same child."}).status == "accepted"
        other |= {"id": "00000000-0000-4000-8000-000000000004", "people": [UNSURE | {"postcode": "TS19 9ZX"}]}
        assert hub.take(other).code == "IDENTITY"

    def test_taken_back_what_only_the_decision_made_certain_waits_again(self, hub: Hub):
        key = hub.key(concern(1, NELL))
        other = NELL | {"identifiers": {"la_child_id": "LA-1"}, "postcode": "TS19 9ZX"}
        held = concern(2, other)
        assert hub.take(held).code == "IDENTITY"
        said = decided(held, 3, known(1))
        hub.take(said)
        assert hub.key(concern(4, NELL | {"identifiers": None, "postcode": "TS19 9ZX"})) == key
        back = said | {"id": "00000000-0000-4000-8000-000000000005", "action": "delete", "supersedes": said["id"]}
        found = hub.take(back)
        assert [f["then_seq"] for f in found.facts] == [0]
        assert [d["reason"] for d in found.doubts if d["open"]] == ["postcode_differs"] * 2

    def test_a_person_whom_the_event_does_not_name_is_refused(self, hub: Hub):
        held = concern(2, UNSURE)
        hub.take(held)
        found = hub.take(decided(held, 4, known(1), ref="c9"))
        assert (found.status, found.code, found.field) == ("rejected", "BAD_VALUE", "data.ref")

    @pytest.mark.parametrize("order", ["ABC!", "AC!B", "A!CB", "!ABC", "C!AB", "CB!A", "!CAB"])
    def test_it_stands_wherever_in_its_chain_the_event_comes(self, hub: Hub, order: str):
        nell, ines = hub.key(concern(1, NELL)), hub.key(concern(1, INES))
        original = concern(2, UNSURE)
        middle = concern(2, UNSURE, action="update", supersedes=original["id"], published_at=at(3))
        newest = concern(2, UNSURE, action="update", supersedes=middle["id"], published_at=at(4))
        decision = decided(newest, 5, known(1))
        for name in order:
            hub.take({"A": original, "B": middle, "C": newest, "!": decision}[name])
        facts = hub.take(word("merged", 6, known(1), known(2))).facts
        first = 2 if order[0] != "!" else 3
        assert [(f["subject"], f["then_seq"]) for f in facts] == [(nell, 0), (nell, 1), (nell, first)]
        facts = hub.take(word("separated", 7, known(1), known(2))).facts
        assert {(f["subject"], f["then_seq"]) for f in facts} == {(nell, 0), (ines, 1), (nell, first)}
        found = hub.take(decision | {"id": str(uuid4()), "action": "delete", "supersedes": decision["id"]})
        assert [(f["subject"], f["then_seq"]) for f in found.facts] == [(nell, 0)]
        assert [doubt["reason"] for doubt in found.doubts] == ["no_postcode"]
