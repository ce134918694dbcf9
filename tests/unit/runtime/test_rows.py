"""Rows on disk: ordered, atomic, and there again after a restart."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from safeguarding.runtime.rows import Rows

KEYS = st.binary(max_size=3).filter(lambda key: not key.startswith(b"\x00"))  # those are our own


def test_an_empty_value_is_a_value_and_a_missing_row_is_none(tmp_path: Path):
    rows = Rows(tmp_path / "rows")
    rows.write({b"a": b""}, applied=1, changelog=1)
    assert rows.get(b"a") == b""
    assert rows.get(b"b") is None


def test_a_batch_and_its_position_are_there_after_a_restart(tmp_path: Path):
    rows = Rows(tmp_path / "rows")
    rows.write({b"a": b"1", b"b": b"2"}, applied=5, changelog=7)
    rows.write({b"a": None}, applied=6, changelog=9)
    rows.close()
    again = Rows(tmp_path / "rows")
    assert (again.get(b"a"), again.get(b"b"), again.applied, again.changelog) == (None, b"2", 6, 9)


def test_fresh_rows_begin_empty(tmp_path: Path):
    rows = Rows(tmp_path / "rows", fresh=True)
    rows.write({b"a": b"1"}, applied=5, changelog=7)
    rows.close()
    again = Rows(tmp_path / "rows", fresh=True)
    assert (again.get(b"a"), again.applied, again.changelog) == (None, None, 0)


@given(st.dictionaries(st.binary(min_size=1, max_size=3).map(b"k".__add__), st.binary(max_size=2)), KEYS)
def test_scan_and_newest_are_those_of_sorted_keys(tmp_path_factory, held: dict[bytes, bytes], prefix: bytes):
    rows = Rows(tmp_path_factory.mktemp("rows") / "rows", fresh=True)
    rows.write(held, applied=1, changelog=1)
    prefix = b"k" + prefix
    wanted = sorted((key, value) for key, value in held.items() if key.startswith(prefix))
    assert list(rows.scan(prefix)) == wanted
    assert rows.newest(prefix) == (wanted[-1] if wanted else None)
    rows.close()


def test_a_room_sees_none_of_our_own_rows(tmp_path: Path):
    rows = Rows(tmp_path / "rows")
    rows.call(b"name", changelog=1)
    assert (list(rows.scan(b"")), rows.newest(b"")) == ([], None)
    rows.write({b"a": b"1"}, applied=1, changelog=2)
    assert (list(rows.scan(b"")), rows.newest(b"")) == ([(b"a", b"1")], (b"a", b"1"))
