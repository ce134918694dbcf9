"""The rule packs in force: the first one, and those that records of the log have activated since."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from safeguarding.correlation.finding import Pack
from safeguarding.correlation.pack import parse
from safeguarding.correlation.rows import Rows

_ROWS: Final = b"p|"


class Activation(msgspec.Struct, array_like=True, frozen=True):
    """A pack that came into force.

    Attributes:
        seq: its place in the log: what stands behind it is judged by it.
        clock: the pipeline's clock: what fell due up to it was judged by the pack before.
        text: the pack, in TOML.
    """

    seq: int
    clock: int
    text: str


_DECODER = msgspec.msgpack.Decoder(Activation)


class Packs:
    """The packs of one partition, kept in its rows.

    Args:
        rows: the partition's rows.
        first: the pack that judges until one is activated.
    """

    def __init__(self, rows: Rows, first: Pack) -> None:
        self._rows, self._first = rows, first
        self._activations = [_DECODER.decode(value) for _, value in rows.scan(_ROWS)]

    @property
    def newest(self) -> Pack:
        """The pack in force at the end of the log."""
        return _pack(self._activations[-1].text) if self._activations else self._first

    def at(self, seq: int) -> Pack:
        """The pack that was in force at a place in the log."""
        text = next((one.text for one in reversed(self._activations) if one.seq < seq), None)
        return self._first if text is None else _pack(text)

    def before(self, seq: int) -> Iterator[tuple[int, Pack]]:
        """Each pack that was replaced before a place in the log, with the clock up to which it judged."""
        pack = self._first
        for one in self._activations:
            if one.seq < seq:
                yield one.clock, pack
            pack = _pack(one.text)

    def activate(self, seq: int, clock: int, body: bytes) -> None:
        """Let a pack judge from now on.

        Args:
            seq: place of its record in the log.
            clock: the pipeline's clock.
            body: its TOML text.

        Raises:
            ConfigurationError: it cannot be worked with; the one before stays in force.
        """
        one = Activation(seq, clock, body.decode())
        _pack(one.text)
        self._rows.put(_ROWS + seq.to_bytes(8), msgspec.msgpack.encode(one))
        self._activations.append(one)


@lru_cache(maxsize=32)
def _pack(text: str) -> Pack:
    return parse(text, "activated rule pack")
