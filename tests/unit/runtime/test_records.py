"""Whatever stands in a record's headers, the record is read; and others are read as aiokafka reads them."""

import struct
from typing import Any

import crc32c
import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.runtime.records import Records

headers = st.lists(st.tuples(st.text("abcQ", max_size=6), st.none() | st.binary(max_size=4)), max_size=3)
rows = st.lists(st.tuples(st.none() | st.binary(max_size=5), st.none() | st.binary(max_size=9), headers), max_size=5)


def batch(some: list[Any], compression: int = 0) -> bytes:
    made = DefaultRecordBatchBuilder(2, compression, 0, -1, -1, -1, 1 << 20)
    for offset, (key, value, named) in enumerate(some):
        made.append(offset, 7, key, value, named)
    return bytes(made.build())


def spoilt(data: bytes) -> bytes:
    """The same with header names that are no text: QQQQ becomes four bytes that are none."""
    changed = bytearray(data.replace(b"QQQQ", b"\xff\xfe\xc0\x80"))
    struct.pack_into(">I", changed, 17, crc32c.crc32c(bytes(changed[21:])))
    return bytes(changed)


def read(records: Any) -> list[tuple[Any, ...]]:
    found = []
    while records.has_next():
        one = records.next_batch()
        assert one.validate_crc()
        found += [(r.offset, r.timestamp, r.key, r.value, list(r.headers)) for r in one]
    return found


@pytest.mark.parametrize("compression", [0, 1])
def test_a_record_whose_header_has_no_name_is_read_with_its_neighbours(compression: int):
    some = [(b"a", b"1", []), (b"b", b"2", [("QQQQ", b"x"), ("ce_id", b"y")]), (None, None, [])]
    data = spoilt(batch(some)) if compression == 0 else batch(some, compression)
    found = read(Records(data + batch([(b"c", b"3", [])])))
    assert [(row[2], row[3]) for row in found] == [(b"a", b"1"), (b"b", b"2"), (None, None), (b"c", b"3")]
    name = r"\xff\xfe\xc0\x80" if compression == 0 else "QQQQ"
    assert found[1][4] == [(name, b"x"), ("ce_id", b"y")]


def test_aiokafka_stumbles_over_it():
    """When it no longer does, `runtime/records.py` may go."""
    with pytest.raises(UnicodeDecodeError):
        read(MemoryRecords(spoilt(batch([(b"b", b"2", [("QQQQ", b"x")])]))))


@given(st.lists(rows, max_size=3), st.sampled_from([0, 1]), st.integers(0, 40))
def test_other_records_are_read_as_aiokafka_reads_them(batches: list[Any], compression: int, cut: int):
    data = b"".join(batch(some, compression) for some in batches if some)
    data = data[: len(data) - cut] if cut < len(data) else data
    assert read(Records(data)) == read(MemoryRecords(data))
