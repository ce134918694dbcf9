"""Over invented populations whose truth is known: nobody is ever taken for somebody else (people.md: never guess)."""

import json
from collections import defaultdict

from hypothesis import example, given, settings
from hypothesis import strategies as st

from population import Mention, mentions, placed
from safeguarding.events.acceptance import read_json
from safeguarding.identity.evidence import Evidence, NeverJoin, evidence_of
from safeguarding.settings import NEVER_JOIN


def evidence(mention: Mention) -> Evidence:
    made = read_json(json.dumps(mention.event))
    (person,) = made["people"]
    return evidence_of(person, made, NeverJoin(NEVER_JOIN))


def whole(one: Evidence) -> tuple[object, ...] | None:
    return (one.family, one.given, one.birth, one.postcode) if one.whole_name and one.postcode else None


@given(st.integers(0, 2**32))
@example(4184693490)  # a twin's number beside the other twin's name
@example(81550)  # the same in a refuge
@settings(max_examples=12, deadline=None)
def test_nobody_is_taken_for_somebody_else(seed: int):
    found = list(placed(mentions(seed, families=12, count=120)))
    assert [one for one in found if one.key is not None and one.owner != one.mention.who] == []
    assert sum(one.key is not None for one in found) > 40, "and not by holding everything"


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_no_event_reaches_a_child_with_whom_it_shares_no_matching_evidence(seed: int):
    seen: dict[str, list[Evidence]] = defaultdict(list)
    for one in placed(mentions(seed, families=12, count=120)):
        if one.key is None:
            continue
        mine, known = evidence(one.mention), seen[one.key]
        if known:
            marks = {mark for other in known for mark in other.marks}
            names = {whole(other) for other in known} | {
                (other.family, other.given, other.birth, home.postcode) for other in known for home in known
            }
            assert set(mine.marks) & marks or whole(mine) in names - {None}
        known.append(mine)
