"""Finds the schemas by name and by fingerprint: the allow-list of what may stand on the wire."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastavro import parse_schema

from safeguarding.errors import ConfigurationError
from safeguarding.wire.contract import CONTRACTS


class Schema(NamedTuple):
    """A released schema.

    Attributes:
        name: name in the contract.
        prefix: the ten bytes that begin every message: ``C3 01`` and the fingerprint.
        parsed: for fastavro, with logical types taken off (instants and days stay integers).
    """

    name: str
    prefix: bytes
    parsed: Any


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
def _fingerprints() -> dict[str, str]:
    frozen: dict[str, str] = json.loads((folder() / "fingerprints.json").read_text(encoding="utf-8"))
    return frozen


@cache
def _names() -> dict[bytes, str]:
    by_path = {row.path: name for name, row in CONTRACTS.items()}
    return {b"\xc3\x01" + bytes.fromhex(mark): by_path[path] for path, mark in _fingerprints().items()}


@cache
def by_name(name: str) -> Schema:
    """The schema of a record type.

    Raises:
        KeyError: the contract has no such record type.
    """
    row = CONTRACTS[name]
    schema = json.loads((folder() / row.path).read_text(encoding="utf-8"))
    prefix = b"\xc3\x01" + bytes.fromhex(_fingerprints()[row.path])
    return Schema(name, prefix, parse_schema(_plain(schema)))


def by_prefix(prefix: bytes) -> Schema | None:
    """The schema that a message of these first ten bytes was written with; None: not on the allow-list."""
    name = _names().get(prefix)
    return by_name(name) if name else None
