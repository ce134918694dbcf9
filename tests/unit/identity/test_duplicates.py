"""Each event counts once: retries, restamps, conflicts, tests and events without a basis."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import child, event
from safeguarding.events.envelope import BASES
from safeguarding.identity.fold import Fold
from safeguarding.intake.acceptance import read_json

GOOD = event("health.concern.raised", "2017-10-02T12:00:00+01:00", child(), summary="Worried.")


def outcomes(*events: dict[str, Any]) -> list[tuple[str, str | None, int]]:
    """Status, code and number of facts of each."""
    fold = Fold(frozenset())
    decisions = [fold.decide(read_json(json.dumps(made))) for made in events]
    return [(decision.status, decision.code, len(decision.facts)) for decision in decisions]


def test_the_same_again_is_a_duplicate_and_counts_once():
    assert outcomes(GOOD, GOOD, GOOD) == [("accepted", None, 1), ("duplicate", None, 0), ("duplicate", None, 0)]


def test_a_retry_may_restamp_its_publication():
    again = GOOD | {"published_at": "2017-10-09T08:00:00+01:00"}
    assert outcomes(GOOD, again)[1] == ("duplicate", None, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"summary": "Not worried."},
        {"occurred_at": "2017-10-02T11:00:00+01:00"},
        {"recorded_at": "2017-10-02T12:01:00+01:00"},
        {"people": [child(2)]},
        {"data": {"category": "other", "level": "low"}},
        {"basis": None},
        {"test": True},
    ],
)
def test_other_content_under_the_same_id_is_a_conflict_and_the_first_stands(change: dict[str, Any]):
    first, second, third = outcomes(GOOD, GOOD | change, GOOD)
    assert first == ("accepted", None, 1)
    assert second == ("rejected", "ID_CONFLICT", 0)
    assert third == ("duplicate", None, 0)


def test_a_conflict_names_the_field_and_no_value():
    fold = Fold(frozenset())
    fold.decide(read_json(json.dumps(GOOD)))
    assert fold.decide(read_json(json.dumps(GOOD | {"summary": "Other."}))).field == "id"


def test_the_same_id_from_another_agency_is_another_event():
    other = GOOD | {"agency": "police", "type": "police.concern.raised"}
    assert outcomes(GOOD, other) == [("accepted", None, 1), ("accepted", None, 1)]


def test_two_spellings_of_one_text_are_the_same_content():
    """What is compared is what the codec gives: NFC."""
    assert read_json(json.dumps(GOOD)) == read_json(json.dumps(GOOD, ensure_ascii=False))


def test_a_test_event_is_accepted_and_dropped():
    assert outcomes(GOOD | {"test": True}, GOOD | {"test": True}) == [("accepted", "TEST", 0), ("duplicate", None, 0)]


def test_a_test_event_teaches_nothing():
    fold = Fold(frozenset())
    fold.decide(read_json(json.dumps(GOOD | {"test": True})))
    assert not fold.people.known


@pytest.mark.parametrize("basis", [None, "", "legitimate_interests"])
def test_without_a_lawful_basis_an_event_is_held_and_counts_nowhere(basis: str | None):
    fold = Fold(frozenset())
    decision = fold.decide(read_json(json.dumps(GOOD | {"basis": basis})))
    assert (decision.status, decision.code, decision.field, decision.facts) == ("held", "NO_BASIS", "basis", [])
    assert [(doubt["what"], doubt["reason"]) for doubt in decision.doubts] == [("event", "no_basis")]
    assert not fold.people.known


@pytest.mark.parametrize("basis", sorted(BASES))
def test_every_basis_of_the_contract_counts(basis: str):
    assert outcomes(GOOD | {"basis": basis}) == [("accepted", None, 1)]


def test_our_own_repeat_is_known_by_its_coordinates():
    fold = Fold(frozenset())
    assert [fold.is_repeat("a", 0, n) for n in (0, 1, 1, 0, 5, 5)] == [False, False, True, True, False, True]
    assert not fold.is_repeat("b", 0, 0)
    assert not fold.is_repeat("a", 1, 0)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_every_event_has_one_outcome_and_the_first_of_each_counts(order: list[int]):
    events = [GOOD | {"id": f"00000000-0000-4000-8000-00000000000{n}"} for n in range(4)]
    found = outcomes(*(events[n] for n in order))
    assert [status == "accepted" for status, _, _ in found] == [order.index(n) == at for at, n in enumerate(order)]
    assert {status for status, _, _ in found} <= {"accepted", "duplicate"}
