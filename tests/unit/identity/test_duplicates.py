"""Each event counts once: retries, restamps, conflicts, tests and events without a basis."""

from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import IdentityRoom, child, event
from safeguarding.events.envelope import BASES
from safeguarding.identity.agent import Identity
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED

GOOD = event("health.concern.raised", "2017-10-02T12:00:00+01:00", child(), summary="Worried.")


def outcomes(*events: dict[str, Any]) -> list[tuple[str, str | None, int]]:
    """Status, code and number of facts of each."""
    room = IdentityRoom()
    found = [room.take(made) for made in events]
    return [(each.status, each.code, len(each.facts)) for each in found if each]


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


def test_a_conflict_names_the_field_and_is_kept_aside():
    room = IdentityRoom()
    room.take(GOOD)
    found = room.take(GOOD | {"summary": "Other."})
    assert found is not None
    assert found.field == "id"


def test_the_same_id_from_another_agency_is_another_event():
    other = GOOD | {"agency": "police", "type": "police.concern.raised"}
    assert outcomes(GOOD, other) == [("accepted", None, 1), ("accepted", None, 1)]


def test_two_forms_of_one_text_are_the_same_content():
    forms = [GOOD | {"summary": normalize(form, "Siân")} for form in ("NFC", "NFD")]
    assert [status for status, _, _ in outcomes(*forms)] == ["accepted", "duplicate"]


def test_a_test_event_is_accepted_and_dropped():
    assert outcomes(GOOD | {"test": True}, GOOD | {"test": True}) == [("accepted", "TEST", 0), ("duplicate", None, 0)]


NAMED = child(identifiers=None)
HINT = event("health.concern.raised", "2017-10-01T12:00:00+01:00", NAMED | {"postcode": None})


@pytest.mark.parametrize("change", [{"test": True}, {"basis": None}], ids=["test", "no basis"])
def test_what_does_not_count_teaches_nothing(change: dict[str, Any]):
    """Else the second would be a doubt: the same name without a postcode."""
    made = event("health.concern.raised", "2017-10-02T12:00:00+01:00", NAMED)
    assert outcomes(HINT, made)[1][0] == "held"
    assert outcomes(HINT | change, made)[1] == ("accepted", None, 1)


@pytest.mark.parametrize("basis", [None, "", "legitimate_interests"])
def test_without_a_lawful_basis_an_event_is_held_and_counts_nowhere(basis: str | None):
    found = IdentityRoom().take(GOOD | {"basis": basis})
    assert found is not None
    assert (found.status, found.code, found.field, found.facts) == ("held", "NO_BASIS", "basis", [])
    assert [(doubt["what"], doubt["reason"]) for doubt in found.doubts] == [("event", "no_basis")]


@pytest.mark.parametrize("basis", sorted(BASES))
def test_every_basis_of_the_contract_counts(basis: str):
    assert outcomes(GOOD | {"basis": basis}) == [("accepted", None, 1)]


def test_our_own_repeat_is_known_by_its_coordinates_and_says_nothing():
    room, second = IdentityRoom(), GOOD | {"id": "00000000-0000-4000-8000-000000000001"}
    assert room.take(GOOD, place=0)
    assert room.take(GOOD, place=0) is None
    assert room.take(second, place=7)
    assert room.take(second, place=7) is None
    assert room.take(GOOD, place=0) is None
    again = room.take(GOOD, place=8)
    assert again is not None
    assert again.status == "duplicate", "other coordinates: the agency's own repeat"
    assert room.take(GOOD | {"agency": "police", "type": "police.concern.raised"}, place=0), "another topic"


@given(st.lists(st.integers(0, 3), max_size=12))
def test_every_event_has_one_outcome_and_the_first_of_each_counts(order: list[int]):
    events = [GOOD | {"id": f"00000000-0000-4000-8000-00000000000{n}"} for n in range(4)]
    found = outcomes(*(events[n] for n in order))
    assert [status == "accepted" for status, _, _ in found] == [order.index(n) == at for at, n in enumerate(order)]
    assert {status for status, _, _ in found} <= {"accepted", "duplicate"}


def test_two_ticks_at_one_clock_have_keys_of_their_own():
    room = Identity(partitions=1, eager_ticks=False)
    first, second = room.tick(1000), room.tick(1000)
    assert first is not None
    assert second is not None
    assert first.key != second.key
    assert first.value == second.value


def test_an_erased_record_of_the_log_tells_nothing_and_stops_nobody():
    room = Identity(partitions=1, eager_ticks=False)
    assert list(room.handle([Record(ACCEPTED, 0, 0, b"erased", None, 1000)], Overlay(Rows()))) == []
