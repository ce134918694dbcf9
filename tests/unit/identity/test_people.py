"""Who is meant: exact matching in its order, and doubt wherever it is not exact (people.md)."""

from typing import Any

import pytest

from building import Identified, IdentityRoom, adult, child, event, nhs, upn

AT = "2017-10-02T12:00:00+01:00"


class Log:
    """Identity, fed with people."""

    def __init__(self) -> None:
        self.room = IdentityRoom()

    def take(self, *people: dict[str, Any], kind: str = "health.concern.raised", **other: Any) -> Identified:
        found = self.room.take(event(kind, AT, *people, record_ref=str(self.room.offset), **other))
        assert found is not None
        return found

    def key(self, *people: dict[str, Any], **other: Any) -> str:
        """Key of the one child whom an event names, who is not in doubt."""
        found = self.take(*people, **other)
        assert (found.status, found.doubts) == ("accepted", [])
        (fact,) = (fact for fact in found.facts if fact["ref"])
        return str(fact["subject"])

    def doubt(self, *people: dict[str, Any], **other: Any) -> list[str]:
        """Keys of those who might be the one child of an event, who is in doubt."""
        found = self.take(*people, **other)
        assert (found.status, found.code) == ("held", "IDENTITY")
        assert not found.facts, "nothing is shared until a person decides"
        (doubt,) = found.doubts
        assert (doubt["what"], doubt["open"]) == ("person", True)
        assert doubt["reason"]
        return [candidate["key"] for candidate in doubt["candidates"]]


@pytest.fixture
def log() -> Log:
    return Log()


def known_as(**identifiers: str) -> dict[str, Any]:
    """A child of whom nothing is told but numbers."""
    return {"ref": "c1", "role": "child", "identifiers": identifiers}


NUMBERS = {"nhs_number": nhs(1), "upn": upn(1), "la_child_id": "LA-1", "pnc_id": "2008/0056560Z", "agency_ref": "H-1"}
NELL = {"name": {"given": "Nell", "family": "O'Brien"}, "date_of_birth": "2009-05-14", "postcode": "TS18 9ZZ"}


def named(**other: Any) -> dict[str, Any]:
    """Nell, without a number unless one is given."""
    return child(**({"identifiers": None} | NELL | other))


class TestIdentifiers:
    @pytest.mark.parametrize("scheme", NUMBERS)
    def test_each_identifier_alone_finds_the_child(self, log: Log, scheme: str):
        first = log.key(known_as(**NUMBERS))
        assert log.key(known_as(**{scheme: NUMBERS[scheme]})) == first

    @pytest.mark.parametrize("scheme", NUMBERS)
    def test_identifiers_seen_together_are_one_set_that_grows(self, log: Log, scheme: str):
        first = log.key(known_as(**{scheme: NUMBERS[scheme]}))
        assert log.key(known_as(**NUMBERS)) == first
        assert all(log.key(known_as(**{other: NUMBERS[other]})) == first for other in NUMBERS)

    def test_another_number_is_another_child(self, log: Log):
        assert log.key(known_as(nhs_number=nhs(1))) != log.key(known_as(nhs_number=nhs(2)))

    def test_a_number_is_the_same_in_every_spelling(self, log: Log):
        spaced = f"{nhs(1)[:3]} {nhs(1)[3:6]} {nhs(1)[6:]}"
        assert log.key(known_as(nhs_number=nhs(1))) == log.key(known_as(nhs_number=spaced))

    def test_a_reference_counts_only_in_its_agencys_namespace(self, log: Log):
        first = log.key(known_as(agency_ref="17"))
        assert log.key(known_as(agency_ref="17"), kind="police.concern.raised") != first
        assert log.key(known_as(agency_ref="17")) == first

    def test_a_reference_is_no_number_of_another_kind(self, log: Log):
        assert log.key(known_as(la_child_id="17")) != log.key(known_as(agency_ref="17"))

    def test_a_bad_check_digit_sets_only_that_number_aside(self, log: Log):
        bad = f"{nhs(1)[:9]}{(int(nhs(1)[9]) + 1) % 10}"
        first = log.key(known_as(nhs_number=bad, upn=upn(1)))
        assert log.key(known_as(upn=upn(1))) == first
        assert log.key(known_as(nhs_number=bad)) != first

    def test_two_identifiers_of_different_children_are_for_a_person_to_decide(self, log: Log):
        first, second = log.key(known_as(nhs_number=nhs(1))), log.key(known_as(upn=upn(2)))
        assert log.doubt(known_as(nhs_number=nhs(1), upn=upn(2))) == [first, second]

    def test_nobody_gets_a_second_nhs_number(self, log: Log):
        first = log.key(known_as(nhs_number=nhs(1), upn=upn(1)))
        assert log.doubt(known_as(nhs_number=nhs(2), upn=upn(1))) == [first]
        assert log.key(known_as(nhs_number=nhs(2))) != first, "the doubt has taught nothing"

    def test_nobody_gets_a_second_birth_date(self, log: Log):
        first = log.key(child(1))
        assert log.doubt(child(1, date_of_birth="2009-02-15")) == [first]

    def test_a_name_that_differs_is_no_doubt_when_a_number_agrees(self, log: Log):
        assert log.key(child(1)) == log.key(child(1, name={"given": "Nelly", "family": "Marsh"}))

    @pytest.mark.parametrize("postcode", ["TS18 9ZZ", "TS18 8ZZ", "TS90 9ZZ", None])
    def test_unless_it_is_the_name_and_birth_of_somebody_else_who_is_known(self, log: Log, postcode: str | None):
        """A twin's number, written down by mistake."""
        nell, ada = named(identifiers={"nhs_number": nhs(1)}), named(name={"given": "Ada", "family": "O'Brien"})
        first, second = log.key(nell), log.key(ada)
        assert log.doubt(ada | {"identifiers": {"nhs_number": nhs(1)}, "postcode": postcode}) == [first, second]
        assert log.key(ada) == second, "the doubt has taught nothing"
        assert log.key(nell | {"name": {"given": "Nelly", "family": "O'Brien"}}) == first


class TestNames:
    def test_name_birth_and_postcode_together_find_the_child(self, log: Log):
        first = log.key(named())
        assert log.key(named()) == first
        assert log.key(named(name={"given": "NELL", "family": "O’brien"}, postcode="ts189zz")) == first

    @pytest.mark.parametrize(
        "name",
        [
            {"given": "Siân", "family": "O'Brien"},
            {"given": "Văn", "family": "Nguyễn"},
            {"given": "李", "family": "王"},
            {"given": None, "family": "Suharto"},
            {"given": "Suharto", "family": None},
        ],
    )
    def test_every_kind_of_name_finds_its_child_and_no_other(self, log: Log, name: dict[str, Any]):
        first = log.key(named(name=name))
        assert log.key(named(name=name)) == first
        assert log.key(named()) != first

    def test_the_numbers_of_a_child_found_by_name_are_kept(self, log: Log):
        first = log.key(named())
        assert log.key(named(identifiers={"nhs_number": nhs(1)})) == first
        assert log.key(known_as(nhs_number=nhs(1))) == first

    @pytest.mark.parametrize("postcode", [None, "TS19 9ZZ"])
    def test_without_the_postcode_it_is_for_a_person_to_decide(self, log: Log, postcode: str | None):
        first = log.key(named())
        assert log.doubt(named(postcode=postcode)) == [first]

    def test_unless_both_have_nhs_numbers(self, log: Log):
        first = log.key(child(1, **NELL))
        second = log.key(child(2, **(NELL | {"postcode": "TS19 9ZZ"})))
        assert first != second
        assert log.doubt(named(postcode=None)) == [first, second]

    def test_a_full_match_with_another_nhs_number_is_for_a_person_to_decide(self, log: Log):
        first = log.key(child(1, **NELL))
        assert log.doubt(child(2, **NELL)) == [first]

    def test_another_birth_date_is_another_child(self, log: Log):
        assert log.key(named()) != log.key(named(date_of_birth="2010-05-14"))

    def test_a_name_without_a_birth_date_finds_nobody(self, log: Log):
        assert log.key(named()) != log.key(named(date_of_birth=None))

    def test_a_former_address_still_finds_the_child(self, log: Log):
        first = log.key(child(1, **NELL))
        assert log.key(child(1, **(NELL | {"postcode": "TS19 9ZZ"}))) == first
        assert log.key(named()) == log.key(named(postcode="TS19 9ZZ")) == first


BORN = {"date_of_birth": "2009-01-01"}


class TestValuesThatNeverJoin:
    def test_a_made_up_birth_date_takes_no_part(self, log: Log):
        first = log.key(named(**BORN))
        assert log.doubt(named(**BORN)) == [first]

    def test_a_made_up_birth_date_is_held_against_a_real_one_too(self, log: Log):
        first = log.key(named())
        assert log.doubt(named(**BORN)) == [first]

    def test_with_a_number_the_first_of_january_is_a_birthday(self, log: Log):
        first = log.key(child(1, **(NELL | BORN)))
        assert log.key(child(1, **(NELL | BORN))) == first

    def test_a_made_up_birth_date_of_somebody_new_is_somebody_new(self, log: Log):
        assert log.key(named()) != log.key(named(**BORN, name={"given": "Ines", "family": "Harrow"}))

    @pytest.mark.parametrize("given", ["Baby", "BABY", "baby "])
    def test_baby_is_no_name(self, log: Log, given: str):
        baby = named(name={"given": given, "family": "O'Brien"})
        first = log.key(baby)
        assert log.doubt(baby) == [first]
        assert log.key(named(name={"given": given, "family": "Harrow"})) != first

    def test_baby_is_held_against_a_child_with_a_name(self, log: Log):
        first = log.key(named())
        assert log.doubt(named(name={"given": "Baby", "family": "O'Brien"})) == [first]

    def test_baby_with_a_number_is_who_has_the_number(self, log: Log):
        first = log.key(child(1, **(NELL | {"name": {"given": "Baby", "family": "O'Brien"}})))
        assert log.key(child(1, **NELL)) == first

    def test_a_refuge_or_surgery_is_nobodys_address(self, log: Log):
        shared = {"postcode": "TS90 9ZZ"}
        first = log.key(named(**shared))
        assert log.doubt(named(**shared)) == [first]
        assert log.key(named(**shared, name={"given": "Ines", "family": "O'Brien"})) != first


class TestSeveral:
    def test_a_child_in_doubt_holds_only_that_childs_part(self, log: Log):
        log.key(named())
        decision = log.take(named(postcode=None), child(2))
        assert (decision.status, decision.code) == ("held", "IDENTITY")
        assert [fact["ref"] for fact in decision.facts] == ["c2"]
        assert [doubt["ref"] for doubt in decision.doubts] == ["c1"]

    def test_two_people_of_one_event_are_never_taken_for_one(self, log: Log):
        twin = {"name": {"given": None, "family": "Harrow"}, "date_of_birth": "2017-05-14", "postcode": "TS18 9ZZ"}
        decision = log.take(child(1, ref="t1", identifiers=None, **twin), child(2, ref="t2", identifiers=None, **twin))
        assert decision.status == "held"
        assert len(decision.facts) == 1
        assert [doubt["ref"] for doubt in decision.doubts] == ["t2"]

    def test_twins_given_one_number_by_mistake_are_not_taken_for_one(self, log: Log):
        twins = [child(1, ref=f"t{n}", name={"given": given, "family": "Harrow"}) for n, given in enumerate("AB")]
        decision = log.take(*twins)
        assert [fact["ref"] for fact in decision.facts] == ["t0"]
        assert [(doubt["ref"], doubt["reason"]) for doubt in decision.doubts] == [("t1", "several_match")]

    @pytest.mark.parametrize("again", [child(1, ref="c9"), known_as(nhs_number=nhs(1)) | {"ref": "c9"}])
    def test_somebody_listed_twice_is_one(self, log: Log, again: dict[str, Any]):
        decision = log.take(child(1), again)
        assert (decision.status, len(decision.facts), decision.doubts) == ("accepted", 1, [])

    def test_a_reference_of_the_family_does_not_make_one_of_mother_and_unborn_child(self, log: Log):
        family = {"identifiers": {"agency_ref": "FAM-1"}}
        unborn = {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": "2018-01-10"} | family
        decision = log.take(adult(1, "parent_carer", **family), unborn)
        assert [(doubt["ref"], doubt["reason"]) for doubt in decision.doubts] == [("u1", "unborn_and_born")]

    def test_an_adult_in_doubt_does_not_hold_the_child(self, log: Log):
        log.take(child(1), adult(1))
        decision = log.take(child(1), adult(1, postcode=None), kind="police.concern.raised")
        assert (decision.status, decision.code) == ("accepted", None)
        assert [fact["ref"] for fact in decision.facts] == ["c1"]
        assert [doubt["ref"] for doubt in decision.doubts] == ["a1"]

    def test_a_client_in_doubt_holds_the_event(self, log: Log):
        client = adult(1, role="client")
        log.take(client, kind="cgl.engagement.changed")
        decision = log.take(client | {"postcode": "TS29 9ZZ"}, kind="cgl.engagement.changed")
        assert (decision.status, decision.code) == ("held", "IDENTITY")

    def test_candidates_say_what_agrees_and_never_a_value(self, log: Log):
        log.key(named())
        (doubt,) = log.take(named(postcode=None)).doubts
        assert [c["matched"] for c in doubt["candidates"]] == [["name", "date_of_birth"]]
        assert not any(word in repr(doubt) for word in ("Nell", "Brien", "2009", "TS18"))


class TestUnborn:
    def unborn(self, expected: str) -> dict[str, Any]:
        return {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": expected}

    @pytest.mark.parametrize(
        ("second", "same"),
        [
            ("2018-01-10", True),
            ("2018-02-21", True),
            ("2017-11-29", True),
            ("2018-02-22", False),
            ("2017-11-28", False),
        ],
    )
    def test_an_expected_date_within_six_weeks_is_the_same_pregnancy(self, log: Log, second: str, same: bool):
        mother = adult(1, role="parent_carer")
        first = log.key(mother, self.unborn("2018-01-10"))
        assert (log.key(mother, self.unborn(second)) == first) is same

    def test_another_mothers_child_is_another(self, log: Log):
        first = log.key(adult(1), self.unborn("2018-01-10"))
        assert log.key(adult(2), self.unborn("2018-01-10")) != first

    @pytest.mark.parametrize(
        ("roles", "found"),
        [
            (["parent_carer"], True),
            (["adult_victim", "adult_perpetrator"], True),
            (["parent_carer", "parent_carer"], False),
            (["household_member", "parent_carer", "adult_perpetrator"], False),
        ],
    )
    def test_which_of_several_adults_is_the_mother_is_never_guessed(self, log: Log, roles: list[str], found: bool):
        adults = [adult(n, role) for n, role in enumerate(roles, 1)]
        made = log.take(*adults, self.unborn("2018-01-10"))
        assert (made.status, made.code) == (("accepted", None) if found else ("held", "IDENTITY"))
        assert [doubt["reason"] for doubt in made.doubts] == ([] if found else ["mother_in_doubt"])

    def test_of_two_adults_the_woman_is_the_mother(self, log: Log):
        first = log.key(adult(1, "parent_carer"), self.unborn("2018-01-10"))
        couple = adult(1, "parent_carer", sex="F"), adult(2, "parent_carer", sex="M")
        assert log.key(*couple, self.unborn("2018-01-10")) == first

    def test_without_a_date_of_its_own_an_unborn_child_has_that_of_the_pregnancy(self, log: Log):
        mother, undated = adult(1, role="client"), {"ref": "u1", "role": "unborn_child"}
        first = log.key(mother, undated, kind="cgl.pregnancy.known", data={"expected_date_of_birth": "2018-01-10"})
        assert log.key(mother, self.unborn("2018-01-12")) == first

    def test_without_any_date_it_is_for_a_person_to_decide_which_of_hers_it_is(self, log: Log):
        mother, undated = adult(1, role="client"), {"ref": "u1", "role": "unborn_child"}
        first = log.key(mother, undated)
        for unborn in (undated, self.unborn("2018-01-10")):
            made = log.take(mother, unborn)
            assert (made.status, [(d["reason"], [c["key"] for c in d["candidates"]]) for d in made.doubts]) == (
                "held",
                [("no_expected_date", [first])],
            )
        assert log.key(adult(2, role="client"), undated) != first

    def test_a_mother_in_doubt_leaves_her_unborn_child_in_doubt(self, log: Log):
        log.key(adult(1), self.unborn("2018-01-10"))
        made = log.take(adult(1, postcode=None), self.unborn("2018-01-10"))
        assert [(doubt["ref"], doubt["reason"]) for doubt in made.doubts] == [
            ("a1", "no_postcode"),
            ("u1", "mother_in_doubt"),
        ]

    def test_only_a_merge_joins_the_unborn_child_to_the_newborn(self, log: Log):
        mother = adult(1, "parent_carer")
        unborn = log.key(mother, self.unborn("2018-01-10"))
        born = child(1, date_of_birth="2018-01-12")
        newborn = log.key(mother, born)
        assert newborn != unborn
        log.take(mother, self.unborn("2018-01-10"), born, kind="hub.identity.merged", data={})
        assert log.key(born) == unborn, "under the key of the one seen first"


class TestShown:
    def test_the_newest_spelling_of_the_childs_own_services_is_shown(self, log: Log):
        said = [("police", "Nel"), ("education", "Nell"), ("cgl", "Nelli"), ("police", "Nelly")]
        for agency, given in said:
            decision = log.take(child(1, name={"given": given, "family": "Harrow"}), kind=f"{agency}.concern.raised")
        assert decision.facts[0]["child"]["name"]["given"] == "Nell"

    def test_all_numbers_are_held(self, log: Log):
        log.key(known_as(nhs_number=nhs(1)))
        decision = log.take(known_as(nhs_number=nhs(1), upn=upn(1)))
        held = {scheme: value for scheme, value in decision.facts[0]["child"]["identifiers"].items() if value}
        assert held == {"nhs_number": nhs(1), "upn": upn(1)}
