"""A word on who is who may name people by their keys: what the hub knows them by, and nobody else can read."""

from typing import Any

import pytest

from building import Identified, IdentityRoom, child, event, nhs

AT = "2017-10-02T12:00:00+01:00"


class Log:
    def __init__(self) -> None:
        self.room = IdentityRoom()

    def take(self, kind: str, *people: dict[str, Any], **other: Any) -> Identified:
        found = self.room.take(event(kind, AT, *people, record_ref=str(self.room.offset), **other))
        assert found is not None
        return found

    def key(self, who: dict[str, Any]) -> str:
        """Key of a child who is in no doubt."""
        (fact,) = self.take("health.concern.raised", who).facts
        return str(fact["subject"])


def by_key(key: str, ref: str = "p1") -> dict[str, Any]:
    return {"ref": ref, "role": "child", "identifiers": {"agency_ref": key}}


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_merge_by_keys_is_one_by_numbers(log: Log):
    one, other = log.key(child(1)), log.key(child(2))
    assert log.take("hub.identity.merged", by_key(one), by_key(other, "p2"), data={}).status == "accepted"
    assert log.key(child(2)) == one
    log.take("hub.identity.separated", by_key(one), by_key(other, "p2"), data={})
    assert log.key(child(2)) == other


def test_a_child_whom_no_number_tells_apart_is_still_named_by_key(log: Log):
    """Police know a name and their own reference; the hub has neither that reference nor a postcode."""
    stranger = child(3, identifiers={"agency_ref": "P-7"}, postcode=None)
    made = log.take("police.concern.raised", stranger)
    (fact,) = made.facts
    one = log.key(child(1))
    assert log.take("hub.identity.merged", by_key(one), by_key(fact["subject"], "p2"), data={}).status == "accepted"
    (fact,) = log.take("police.concern.raised", stranger).facts
    assert fact["subject"] in (one, made.facts[0]["subject"])
    assert log.key(child(1)) == fact["subject"]


def test_a_key_that_is_nobodys_holds_the_act(log: Log):
    one = log.key(child(1))
    made = log.take("hub.identity.merged", by_key(one), by_key("no-such-key", "p2"), data={})
    assert (made.status, made.code) == ("held", "IDENTITY")


def test_in_any_other_event_a_key_is_a_reference_like_any_other(log: Log):
    one = log.key(child(1))
    (fact,) = log.take("hub.household.changed", by_key(one), case_ref="H").facts
    assert fact["subject"] != one


def test_an_act_teaches_nothing(log: Log):
    one, other = log.key(child(1)), log.key(child(2))
    log.take("hub.identity.merged", by_key(one), by_key(other, "p2"), data={})
    (fact,) = log.take("health.concern.raised", child(1)).facts
    held = {scheme: value for scheme, value in fact["child"]["identifiers"].items() if value}
    assert held == {"nhs_number": nhs(1)}
