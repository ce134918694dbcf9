"""A changelog brings rows back as they were after the last whole batch, whatever else was written to it."""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from safeguarding.runtime.changelog import Replica, Row, foreign, rows_of
from safeguarding.runtime.rows import APPLIED, Rows


class Written(NamedTuple):
    offset: int
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


INPUTS = st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=12)
CUTS = st.sets(st.integers(1, 11), max_size=5)


def folded(inputs: list[bytes]) -> dict[bytes, bytes]:
    """A made-up room: counts each key, and forgets it at every third."""
    counts: dict[bytes, int] = {}
    for key in inputs:
        counts[key] = counts.get(key, 0) + 1
        if counts[key] % 3 == 0:
            del counts[key]
    return {key: str(count).encode() for key, count in counts.items()}


def batches(inputs: list[bytes], start: int, cuts: set[int]) -> list[list[Row]]:
    """What an owner that begins at `start` and cuts its batches there writes."""
    places = [start, *sorted(cut for cut in cuts if start < cut < len(inputs)), len(inputs)]
    made = []
    for first, end in pairwise(places):
        after = folded(inputs[:end])
        changes = {key: after.get(key) for key in sorted(set(inputs[first:end]))}  # put and deleted again: a tombstone
        made.append(list(rows_of(changes, end)))
    return made


def read(folder: Path, log: list[Row], chunk: int, *, compacted: bool = False) -> Rows:
    records = [Written(offset, *row) for offset, row in enumerate(log)]
    if compacted:
        records = [r for r in records if not any(later.key == r.key for later in records[r.offset + 1 :])]
    rows = Rows(folder / "rows", fresh=True)
    replica = Replica(rows)
    for place in range(0, len(records), chunk):
        replica.take(records[place : place + chunk])
    return rows


def held(rows: Rows) -> dict[bytes, bytes]:
    return dict(rows.scan(b""))


@given(INPUTS, CUTS, st.integers(0, 60), st.integers(1, 5))
def test_a_log_that_ends_anywhere_gives_the_last_whole_batch(tmp_path_factory, inputs, cuts, cut, chunk):
    made = batches(inputs, 0, cuts)
    log = [row for batch in made for row in batch][:cut]
    rows = read(tmp_path_factory.mktemp("rows"), log, chunk)
    assert held(rows) == folded(inputs[: rows.applied or 0])
    whole = [sum(len(batch) for batch in made[: n + 1]) for n in range(len(made))]
    assert (rows.applied is not None) == (cut >= whole[0])
    rows.close()


@given(INPUTS, CUTS, CUTS, st.integers(0, 11), st.integers(0, 40), st.integers(1, 5))
def test_rows_of_a_paused_worker_change_nothing(tmp_path_factory, inputs, cuts, others, start, count, chunk):
    """It wakes up, goes on from where it was, and writes some rows before it notices."""
    start, stop = min(start, len(inputs) - 1), len(inputs) // 2 + 1
    late = [row for batch in batches(inputs[:stop], min(start, stop - 1), others) for row in batch][:count]
    log = [row for batch in batches(inputs, 0, cuts) for row in batch] + late
    rows = read(tmp_path_factory.mktemp("rows"), log, chunk)
    assert held(rows) == folded(inputs)
    assert rows.applied == len(inputs)
    rows.close()


@given(INPUTS, CUTS, CUTS, st.integers(0, 40), st.integers(1, 5))
def test_a_batch_cut_off_by_a_crash_is_done_again_in_other_batches(tmp_path_factory, inputs, cuts, others, cut, chunk):
    made = batches(inputs, 0, cuts)
    log = [row for batch in made for row in batch][:cut]
    done = read(tmp_path_factory.mktemp("rows"), log, chunk)
    again = [row for batch in batches(inputs, done.applied or 0, others) for row in batch]
    rows = read(tmp_path_factory.mktemp("rows"), log + again, chunk)
    assert held(rows) == folded(inputs)
    done.close()
    rows.close()


@given(INPUTS, CUTS, st.integers(1, 5))
def test_a_compacted_log_gives_the_same_rows(tmp_path_factory, inputs, cuts, chunk):
    log = [row for batch in batches(inputs, 0, cuts) for row in batch]
    rows = read(tmp_path_factory.mktemp("rows"), log, chunk, compacted=True)
    assert held(rows) == folded(inputs)
    rows.close()


@given(INPUTS, CUTS, CUTS, st.integers(0, 11), st.integers(0, 40), st.integers(1, 5))
def test_rows_of_a_paused_worker_do_not_outlive_compaction_once_the_owner_wrote_again(
    tmp_path_factory, inputs, cuts, others, start, count, chunk
):
    """The owner finds the strange offsets at its next batch, and writes the rows of their keys once more."""
    stop = len(inputs) // 2 + 1
    late = [row for batch in batches(inputs[:stop], min(start, stop - 1), others) for row in batch][:count]
    before = [row for batch in batches(inputs, 0, cuts) for row in batch]
    more = [*inputs, b"d"]
    last = batches(more, len(inputs), set())[0]
    first = len(before) + len(late)
    (gap,) = foreign(len(before), [range(first, first + len(last))]) or [range(0)]
    assert [*gap] == [*range(len(before), first)]
    log = [*before, *late, *last]
    keys = {log[offset].key for offset in gap} - {APPLIED}
    log += rows_of({key: folded(more).get(key) for key in keys}, len(more))
    rows = read(tmp_path_factory.mktemp("rows"), log, chunk, compacted=True)
    assert held(rows) == folded(more)
    assert rows.applied == len(more)
    rows.close()


def test_offsets_between_our_own_are_somebody_elses():
    assert foreign(5, [range(5, 8), range(8, 9)]) == []
    assert foreign(5, [range(7, 8), range(8, 9), range(12, 13)]) == [range(5, 7), range(9, 12)]
