"""`disclosures`: the child by key or any identifier, one line a record, the chain's end as the room remembers it."""

import json
from typing import Any

from building import child, event
from safeguarding.cli.disclosures import head_of, shown, subjects_of, told_faults
from safeguarding.cli.embedded import PARTITIONS, Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.runtime.changelog import rows_of
from safeguarding.wire.codec import decode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import DISCLOSURES, RAISED

NELL = child(1, identifiers={"nhs_number": "9990000018"})


def pipeline() -> Embedded:
    made = Embedded(built_in())
    events = [event("health.registration.changed", "2017-01-09T09:00:00+00:00", NELL, data={"gp_practice": "A99001"})]
    data = {"tool": "dash", "grade": "high", "marac_referred": False}
    events += [
        event("police.da_form.completed", f"2017-10-0{n}T21:00:00+01:00", who, data=data, case_ref=f"P-{n}")
        for n, who in enumerate([NELL, child(2), child(3), NELL], 1)
    ]
    for one in events:
        made.publish_text(json.dumps(one))
    made.pass_time(made.clock + 5 * 86_400_000)
    return made


def read(made: Embedded, topic: str) -> list[list[dict[str, Any]]]:
    return [[decode(r.value)[1] for r in made.runtime.records(topic, n)] for n in range(PARTITIONS)]


def changelog(rows: dict[bytes, bytes]) -> list[Record]:
    return [Record("", 0, n, row.key, row.value, 0, row.headers) for n, row in enumerate(rows_of(rows, 7))]


def test_a_child_is_found_by_its_key_or_any_number_with_or_without_spaces():
    alerts = read(pipeline(), RAISED)
    (key,) = subjects_of("999 000 0018", alerts) - {"999 000 0018"}
    assert subjects_of("9990000018\n", alerts) == {"9990000018", key}
    assert subjects_of(key.upper(), alerts) == {key}
    assert subjects_of("T808999170001", alerts) == {"t808999170001"}


def test_what_was_told_of_one_child_is_told_and_of_no_other():
    made = pipeline()
    subjects = subjects_of("9990000018", read(made, RAISED))
    mine = [r for records in read(made, DISCLOSURES) for r in records if r["subject"] in subjects]
    lines = [shown(record) for record in mine]
    assert any("gp A99001" in line and "child.identifiers.nhs_number" in line for line in lines)
    assert any("nobody is registered to be told" in line for line in lines)
    assert not [line for line in lines if "9990000018" in line or "Harrow" in line]


def test_the_chain_of_each_partition_is_whole_and_ends_where_the_room_says():
    made = pipeline()
    chains = read(made, DISCLOSURES)
    heads = [(c[-1]["number"], c[-1]["hash"]) if c else None for c in chains]
    assert sum(map(len, chains)) > 8
    assert list(told_faults(chains, heads)) == []
    broken = max(range(PARTITIONS), key=lambda n: len(chains[n]))
    del chains[broken][1]
    assert next(told_faults(chains, heads)).startswith(f"partition {broken}: record 3 ")
    chains[broken] = []
    assert list(told_faults(chains, heads)) == [
        f"partition {broken}: record 0 is the last, but the writer's last was number {heads[broken][0]}"
    ]


def test_the_end_is_read_from_the_rooms_rows():
    assert head_of([]) is None
    assert head_of(changelog({b"n|x|1": b""})) is None
    assert head_of(changelog({b"c|head": b"3|abc", b"n|x|1": b""})) == (3, "abc")
