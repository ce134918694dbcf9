"""Disclosures are a chain: whatever is removed, changed, moved or cut off at the end is found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.events.chain import digest, faults
from safeguarding.events.record import Disclosure
from safeguarding.routing.disclosures import disclosure, head
from safeguarding.wire.codec import decode, encode

ALERT = {"alert_id": "k.r.0.1", "revision": 1, "rule": {"id": "r"}, "sensitivity": []}
RAISED = {"at": 1_500_000_000_000, "alert": ALERT, "basis": "children_act_2004_s11"}


class Ledger(dict[bytes, bytes]):
    def put(self, key: bytes, value: bytes) -> None:
        self[key] = value


def chain(length: int, ledger: Ledger) -> list[dict[str, Any]]:
    """Records as a reader of the topic gets them."""
    made = [disclosure(RAISED, "k", "sent", "gp", ledger, code=f"A9900{n}", fields=["what"]) for n in range(length)]
    return [decode(encode("record.disclosure", record))[1] for record in made]


def test_a_whole_chain_has_no_fault():
    ledger = Ledger()
    records = chain(5, ledger)
    assert faults(records, head(ledger.get)) == []
    assert [record["number"] for record in records] == [1, 2, 3, 4, 5]
    assert faults([], (0, "")) == []


@given(st.integers(0, 5), st.data())
def test_a_removed_record_is_found_wherever_it_was(where: int, data: st.DataObject):
    ledger = Ledger()
    records = chain(6, ledger)
    del records[where]
    found = faults(records, head(ledger.get))
    assert found
    assert found[0].number == min(where + 2, 6) - (where == 5)


@pytest.mark.parametrize("field", sorted(Disclosure.model_fields))
def test_a_changed_field_is_found(field: str):
    ledger = Ledger()
    records = chain(4, ledger)
    old = records[1][field]
    records[1][field] = {str: "other", int: 99, list: ["voice"]}.get(type(old), "other")
    assert {fault.number for fault in faults(records, head(ledger.get))} & {2, 3, 99}


def test_a_record_that_is_changed_together_with_its_hash_breaks_the_next():
    ledger = Ledger()
    records = chain(3, ledger)
    records[1]["audience"] = "school"
    records[1]["hash"] = digest(records[1])
    assert [fault.number for fault in faults(records, head(ledger.get))] == [3]


def test_two_that_change_places_are_found():
    records = chain(4, Ledger())
    records[1], records[2] = records[2], records[1]
    assert faults(records)


def test_the_last_one_can_only_be_missed_by_its_writer():
    ledger = Ledger()
    records = chain(3, ledger)[:-1]
    assert faults(records) == []
    assert faults(records, head(ledger.get))


def test_a_field_that_is_added_later_and_not_filled_changes_no_hash():
    (record,) = chain(1, Ledger())
    assert digest({**record, "added_later": None}) == record["hash"]
