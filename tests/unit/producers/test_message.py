"""The record of an event: its agency's topic, its id as key, CloudEvents headers without anything of a child."""

import pytest

from safeguarding.errors import Refused
from safeguarding.producers.message import checked, message_of
from safeguarding.producers.unchecked import unchecked
from safeguarding.testing.builders import child, event
from safeguarding.wire.codec import decode_event


def test_topic_key_and_headers_are_those_of_the_contract():
    raw = event("police.concern.raised", child(1))
    message = message_of(checked(raw))
    assert message.topic == "events.police.v1"
    assert message.key == raw["id"].encode()
    assert dict(message.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": raw["id"].encode(),
        "ce_type": b"police.concern.raised",
        "ce_source": b"police",
        "ce_time": b"2018-01-15T10:00:00+00:00",
        "content-type": b"application/avro",
    }
    assert decode_event(message.value)["people"][0]["name"] == raw["people"][0]["name"] | {}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"published_at": "2018-01-15T09:54:59+00:00"}, "FUTURE_TIME", "occurred_at"),
        ({"supersedes": "5d3aac66-ac20-48a6-8ce3-5b1875b83e4d"}, "BAD_VALUE", "supersedes"),
        ({"people": [], "case_ref": None}, "MISSING_FIELD", "people"),
        ({"agency": "health"}, "AGENCY_MISMATCH", "agency"),
    ],
)
def test_what_intake_would_reject_is_refused_before_it_is_sent(changes: dict[str, object], code: str, field: str):
    with pytest.raises(Refused) as refused:
        checked(event("police.concern.raised", **changes))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_an_event_over_128_kib_is_too_large():
    people = [child(n, name={"given": "n" * 30_000, "family": "x"}) for n in range(5)]
    with pytest.raises(Refused, match="TOO_LARGE"):
        message_of(checked(event("police.concern.raised", *people)))


def test_unchecked_puts_wrong_words_on_the_wire_as_they_are():
    raw = event("police.concern.raised", data={"category": "nonsense", "level": "low"}, agency="health")
    wrong = decode_event(message_of(unchecked(raw), "police").value)
    assert (wrong["agency"], wrong["data"]["category"]) == ("health", "nonsense")


def test_unchecked_gives_what_checked_gives_for_a_right_event():
    raw = event("hub.status.changed", child(1), voice={"words": "é"})
    assert decode_event(message_of(unchecked(raw)).value) == decode_event(message_of(checked(raw)).value)
