"""Keys of the rows that correlation keeps for a partition, and the children they belong to."""

from __future__ import annotations

APPLIED = b"x|seq"
DUE = b"d|"


def hot_key(subject: str) -> bytes:
    """The hot record of a subject."""
    return b"h|" + subject.encode()


def history_key(subject: str, gen: int, seq: int, index: int) -> bytes:
    """One event of a subject's history; in the order of the log."""
    return b"r|%b|%b%b%b" % (subject.encode(), gen.to_bytes(4), seq.to_bytes(8), index.to_bytes(4))


def due_key(due: int, subject: str) -> bytes:
    """The one deadline row of a subject; in order of time."""
    return DUE + (due + (1 << 62)).to_bytes(8) + b"|" + subject.encode()


def due_of(key: bytes) -> tuple[int, str]:
    """Clock and subject of a deadline row."""
    return int.from_bytes(key[2:10]) - (1 << 62), key[11:].decode()


def position(seq: int, index: int) -> bytes:
    """A place in the log that sorts as bytes."""
    return seq.to_bytes(8) + index.to_bytes(4)
