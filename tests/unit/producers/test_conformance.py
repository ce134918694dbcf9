"""The conformance suite finds each way in which a producer breaks the contract, and quotes nothing of a record."""

from collections.abc import Mapping
from typing import Any

import pytest

from safeguarding.errors import Refused
from safeguarding.producers.rows import event_id
from safeguarding.testing import builders
from safeguarding.testing.conformance import problems

ROWS = [{"no": "1", "name": "Ellie"}, {"no": "2", "name": "Jacob"}]


def good(row: Mapping[str, str]) -> dict[str, Any]:
    if "no" not in row:
        raise Refused("MISSING_FIELD", "no")
    child = builders.child(1, name={"given": row["name"], "family": "Marwood"})
    return builders.event("police.concern.raised", child, id=event_id("police", "x", row["no"]))


def test_a_good_producer_has_no_problems():
    assert problems("police", good, ROWS, wrong=[{"name": "Ellie"}]) == []


def random_id(row: Mapping[str, str], minted: list[int] = []) -> dict[str, Any]:  # noqa: B006  # remembers on purpose
    minted.append(1)
    return good(row) | {"id": event_id("police", "x", str(len(minted)))}


def quotes(row: Mapping[str, str]) -> dict[str, Any]:
    raise Refused("BAD_VALUE", row["name"])


def breaks(row: Mapping[str, str]) -> dict[str, Any]:
    raise KeyError(row["name"])


@pytest.mark.parametrize(
    ("event_of", "words"),
    [
        (random_id, "exported again it gives another event"),
        (lambda row: good(row) | {"id": event_id("police", "x", "0")}, "the id is that of row 0"),
        (lambda row: good(row) | {"agency": "health"}, "AGENCY_MISMATCH"),
        (lambda row: {**good(row), "type": "health.concern.raised", "agency": "health"}, "agency is not police"),
        (lambda row: good(row) | {"data": {"category": "neglect"}}, "intake would reject it: MISSING_FIELD data.level"),
        (lambda row: good(row) | {"occurred_at": "2018-01-16T00:00:00"}, "BAD_VALUE occurred_at"),
        (lambda row: {k: v for k, v in good(row).items() if k != "basis"}, "no lawful basis"),
        (
            lambda row: good(row) | {"people": [builders.child(1, identifiers={"nhs_number": "9990000019"})]},
            "people.0.identifiers.nhs_number has a wrong check digit",
        ),
        (breaks, "fails with KeyError"),
    ],
)
def test_a_breach_is_told_in_plain_words(event_of: Any, words: str):
    found = problems("police", event_of, ROWS)
    assert any(words in problem for problem in found), found
    assert not any("Ellie" in problem or "9990000019" in problem for problem in found)


@pytest.mark.parametrize(
    ("event_of", "words"),
    [(quotes, "quotes the record"), (breaks, "fails with KeyError"), (good, "is taken although")],
)
def test_a_wrong_record_must_be_refused_without_quoting_it(event_of: Any, words: str):
    (found,) = problems("police", event_of, [], wrong=[ROWS[0]])
    assert words in found


def test_builders_make_a_valid_event_of_every_type():
    from safeguarding.events.catalogue import TYPES
    from safeguarding.producers.message import checked

    for kind in TYPES:
        assert checked(builders.event(kind))["type"] == kind
        assert checked(builders.event(kind, builders.child(2), builders.adult(3)))["people"][0]["ref"] == "c2"


def test_builders_number_people_and_mint_ids_from_content():
    assert len({builders.nhs_number(n) for n in range(500)}) == 500
    event = builders.event("police.concern.raised")
    assert event == builders.event("police.concern.raised")
    assert event["id"] != builders.event("police.concern.raised", summary="Other.")["id"]
    assert "summary" not in builders.event("police.concern.raised", summary=None)
