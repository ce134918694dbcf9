"""A child's key is minted from the first event about the child, never changes, and says nothing of the child."""

import json
from typing import Any
from uuid import uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from building import IdentityRoom, child, event, nhs, upn
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.identity.placing import SPACE
from safeguarding.wire.topics import TOPICS

PACK = built_in()

AGENCIES = ("health", "police", "education", "cgl")
POSTCODES = ("TS18 9ZZ", "TS19 9ZZ", None)

mentions = st.lists(
    st.tuples(
        st.integers(0, 3),  # which child
        st.sampled_from(AGENCIES),
        st.sampled_from(["nhs", "upn", "both", "name", "own"]),  # by what it is known
        st.sampled_from(POSTCODES),
        st.sampled_from(["Nell", "NELL", "Baby", "Siân"]),
    ),
    min_size=1,
    max_size=25,
)


def person(n: int, by: str, postcode: str | None, given_name: str) -> dict[str, Any]:
    numbers = {"nhs": {"nhs_number": nhs(n)}, "upn": {"upn": upn(n)}, "name": None, "own": {"agency_ref": f"R-{n}"}}
    numbers["both"] = {"nhs_number": nhs(n), "upn": upn(n)}
    name = {"given": given_name, "family": "Harrow"}
    return child(n, ref=f"c{n}", identifiers=numbers[by], postcode=postcode, name=name)


@given(mentions)
@settings(max_examples=60, deadline=None)
def test_every_key_is_that_of_the_first_event_about_the_child_for_good(said: list[tuple[Any, ...]]):
    room, first = IdentityRoom(), dict[str, str]()
    by_number = dict[str, str]()
    for number, (n, agency, by, postcode, name) in enumerate(said):
        who = person(n, by, postcode, name)
        made = event(f"{agency}.concern.raised", "2017-10-02T12:00:00+01:00", who, record_ref=str(number))
        decision = room.take(made)
        assert decision is not None
        minted = str(uuid5(SPACE, f"{agency}|{made['id']}|{who['ref']}"))
        for fact in decision.facts:
            assert first.setdefault(fact["subject"], minted) == fact["subject"], "minted from the first event"
            for scheme in ("nhs_number", "upn"):
                if value := fact["child"]["identifiers"].get(scheme):
                    assert by_number.setdefault(value, fact["subject"]) == fact["subject"], "and it never changes"


@given(mentions)
@settings(max_examples=15, deadline=None)
def test_no_key_and_no_header_of_any_topic_holds_what_somebody_is_known_by(said: list[tuple[Any, ...]]):
    pipeline, values = Embedded(PACK), set[str]()
    for number, (n, agency, by, postcode, name) in enumerate(said):
        who = person(n, by, postcode, name)
        values |= {v for v in (*(who.get("identifiers") or {}).values(), who["date_of_birth"], postcode, "Harrow") if v}
        made = event(f"{agency}.concern.raised", "2017-10-02T12:00:00+01:00", who, record_ref=str(number))
        pipeline.publish_text(json.dumps(made))
    there = [(r.key, r.headers) for topic in TOPICS for r in pipeline.runtime.records(topic)]
    assert there
    assert not [one for one in map(repr, there) if any(value in one for value in values)]
