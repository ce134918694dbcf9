"""Finds the schemas by name and by fingerprint: the allow-list of what may stand on the wire."""

from __future__ import annotations

import json
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_reader

from safeguarding.errors import ConfigurationError
from safeguarding.wire.compiled import Reader, Writer, reader, writer
from safeguarding.wire.contract import CONTRACTS

MARKER = b"\xc3\x01"  # begins every message


class Schema:
    """A released schema; compiled when it is first read or written, for few are used by any one process.

    Attributes:
        name: name in the contract.
        prefix: the ten bytes that begin every message: ``C3 01`` and the fingerprint.
        parsed: for fastavro, with logical types taken off (instants and days stay integers).
    """

    def __init__(self, name: str, prefix: bytes, parsed: Any, newest: Any = None) -> None:
        self.name, self.prefix, self.parsed, self._newest = name, prefix, parsed, newest

    @cached_property
    def read(self) -> Reader:
        """From bytes and a place in them to a record with the newest fields, and the place after it."""
        return reader(self.parsed) if self._newest is None else _resolving(self.parsed, self._newest)

    @cached_property
    def write(self) -> Writer:
        """Appends the bytes of a record to a list."""
        return writer(self.parsed)


@cache
def folder() -> Path:
    """The schemas: inside the installed wheel, else the repository's ``schemas/``."""
    here = Path(__file__).resolve()
    for candidate in (here.parents[1] / "_schemas", here.parents[3] / "schemas"):
        if (candidate / "fingerprints.json").is_file():
            return candidate
    raise ConfigurationError("the Avro schemas are missing: install the package again")


def _plain(node: Any) -> Any:
    """The schema without logical types; they are no part of the canonical form."""
    if isinstance(node, dict):
        if "logicalType" in node:
            return node["type"]
        return {key: _plain(value) for key, value in node.items() if key != "doc"}
    return [_plain(item) for item in node] if isinstance(node, list) else node


@cache
def _fingerprints() -> dict[str, list[str]]:
    """Path to fingerprints, oldest first."""
    frozen: dict[str, list[str]] = json.loads((folder() / "fingerprints.json").read_text(encoding="utf-8"))
    return frozen


@cache
def _allowed() -> dict[bytes, tuple[str, str]]:
    by_path = {row.path: name for name, row in CONTRACTS.items()}
    rows = ((by_path[path], mark) for path, marks in _fingerprints().items() for mark in marks)
    return {MARKER + bytes.fromhex(mark): (name, mark) for name, mark in rows}


@cache
def _schema(name: str, mark: str) -> Schema:
    row = CONTRACTS[name]
    former = mark != _fingerprints()[row.path][-1]
    text = (folder() / (row.kept(mark) if former else row.path)).read_text(encoding="utf-8")
    parsed = parse_schema(_plain(json.loads(text)))
    return Schema(name, MARKER + bytes.fromhex(mark), parsed, by_name(name).parsed if former else None)


def _resolving(former: Any, newest: Any) -> Reader:
    """Reads records of a former schema as fastavro resolves them."""

    def read(data: bytes, place: int) -> tuple[Any, int]:
        stream = BytesIO(data)
        stream.seek(place)
        return schemaless_reader(stream, former, newest), stream.tell()

    return read


@cache
def by_name(name: str) -> Schema:
    """The newest schema of a record type.

    Raises:
        KeyError: the contract has no such record type.
    """
    return _schema(name, _fingerprints()[CONTRACTS[name].path][-1])


@lru_cache(maxsize=1024)  # whoever sends nonsense drives nothing out for long
def by_prefix(prefix: bytes) -> Schema | None:
    """The schema that a message of these first ten bytes was written with; None: not on the allow-list."""
    found = _allowed().get(prefix)
    return _schema(*found) if found else None
