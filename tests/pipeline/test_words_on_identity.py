"""After somebody's word on who is who, all is as if it had been known from the start (people.md)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from building import child, event, nhs
from pipeline.stories import (
    DAYS,
    Event,
    at,
    lines_of,
    meant,
    named,
    registered,
    remembered_of,
    standing,
    story,
    told,
    words,
)
from safeguarding.events.times import SECOND, parse_instant, rfc3339

NELL = child(1)
# What somebody else knows of her: no number, and neither name nor birth date as the others write them.
NELLY = child(1, ref="n1", identifiers={"agency_ref": "P-7"}, name={"given": "Nelly", "family": "Harow"},
              date_of_birth="2009-02-15", postcode="TS25 9ZZ")  # fmt: skip
FIRST = [*registered(1), event("police.concern.raised", at(0), NELLY, data={"category": "hardship", "level": "low"})]
LATER = DAYS + 5


def by_number(n: int = 1) -> Event:
    return {"ref": "p1", "role": "child", "identifiers": {"nhs_number": nhs(n)}}


def word(what: str, days: int, number: int, *people: Event, **data: Any) -> Event:
    """A word of the hub on who is who."""
    made = event(f"hub.identity.{what}", at(24 * days), *people, data=data)
    return made | {"id": named(2000 + number)}


def merged(days: int, number: int = 1) -> Event:
    return word("merged", days, number, by_number(), NELLY | {"ref": "p2", "identifiers": None})


def separated(days: int, number: int = 2) -> Event:
    return word("separated", days, number, by_number(), NELLY | {"ref": "p2", "identifiers": None})


stories = story(NELL, NELLY, most=12)


@given(stories)
@settings(max_examples=50)
def test_a_merge_ends_as_if_it_had_been_known_from_the_start(stream: list[Event]):
    late, early = lines_of([*FIRST, *stream, merged(LATER)]), lines_of([*FIRST, merged(0), *stream])
    assert meant(standing(late)) == meant(standing(early))


def parted_again(stream: list[Event], meanwhile: list[Event]) -> tuple[list[Event], list[Event]]:
    """A stream with a merge, what arrives meanwhile, and a separation; and the same without the two words."""
    arrives = {"published_at": at(24 * LATER)}
    aside = [made | {"occurred_at": rfc3339(parse_instant(made["occurred_at"]) + 30 * SECOND)} for made in meanwhile]
    later = [made | arrives | {"id": named(500 + n)} for n, made in enumerate(aside)]
    return [*FIRST, *stream, merged(LATER), *later, separated(LATER)], [*FIRST, *stream, *later]


@given(stories, stories)
@settings(max_examples=50)
def test_a_merge_and_its_undoing_end_as_if_neither_had_been(stream: list[Event], meanwhile: list[Event]):
    done, undone = parted_again(stream, meanwhile)
    assert remembered_of(done) == remembered_of(undone)
    both, neither = lines_of(done), lines_of(undone)
    assert meant(standing(both)) == meant(standing(neither))
    if "health.registration.changed" not in {made["type"] for made in (*stream, *meanwhile)}:
        assert words(neither) <= words(both), "with another practice since, the one of now is told"


def test_a_notice_that_a_later_event_made_needless_stands_after_an_undoing_as_it_would_have_without():
    status = [told([(event("hub.status.changed", at(h), data={"status": s, "team": "CIN-1"}), (NELLY,))])
              for h, s in ((200, "none"), (20, "cin"), (190, "none"))]  # fmt: skip
    both, neither = map(lines_of, parted_again(status[0], [*status[1], *status[2]]))
    assert [a.rule for a in standing(neither)].count("status-to-health") == 3
    assert meant(standing(both)) == meant(standing(neither))


UNSURE = NELL | {"identifiers": None, "postcode": None}


@given(story(NELL, UNSURE, most=10))
@settings(max_examples=50)
def test_what_was_held_flows_in_its_own_time(stream: list[Event]):
    held = [made for made in stream if made["people"] == [UNSURE]]
    decisions = [
        word("decided", LATER, n, by_number(), event_agency=made["agency"], event_id=made["id"], ref=UNSURE["ref"])
        for n, made in enumerate(held)
    ]
    sure = [made | {"people": [NELL]} for made in stream]
    lines = lines_of([*FIRST, *stream, *decisions])
    receipts = {line["id"]: line["status"] for line in lines if line["kind"] == "receipt"}
    assert {receipts[made["id"]] for made in held} <= {"held"}
    assert {receipts[made["id"]] for made in decisions} <= {"accepted"}
    assert meant(standing(lines)) == meant(standing(lines_of([*FIRST, *sure])))


@given(stories, st.data())
@settings(max_examples=30)
def test_a_word_that_is_taken_back_was_never_said(stream: list[Event], data: Any):
    said = merged(LATER)
    back = said | {
        "id": named(3000),
        "action": "delete",
        "supersedes": said["id"],
        "published_at": at(24 * (LATER + 1)),
    }
    order = data.draw(st.permutations([said, back]))
    assert standing(lines_of([*FIRST, *stream, *order])) == standing(lines_of([*FIRST, *stream]))
