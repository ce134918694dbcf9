"""A newer version of everything: the sources with records that have one optional field more, and what it sends."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_writer

from cluster.workers import SERVICES
from safeguarding.producers.message import Message
from safeguarding.wire.codec import decode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import _plain
from safeguarding.wire.topics import agency_topic

SENDERS = {agency_topic("health"), agency_topic("education"), agency_topic("yos")}  # the others come later
_GROWN = {"events/envelope.py": "Envelope", "events/log.py": "Accepted Fact"}
_FIELD = '    later: str | None = None\n    """A field of a later version."""\n'


def made(folder: Path) -> Path:
    """Copy services and schemas, and let some records grow; the folder to put in PYTHONPATH."""
    for source in (SERVICES, SERVICES.parent / "schemas"):
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, records in _GROWN.items():
        file = folder / "services" / "safeguarding" / name
        file.write_text(grown(file.read_text(encoding="utf-8"), records.split()), encoding="utf-8")
    command = [sys.executable, "-m", "safeguarding.wire.generate", str(folder / "schemas")]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(folder / "services")}, check=True, timeout=60)
    return folder / "services"


def grown(source: str, records: list[str]) -> str:
    """Sources in which these models have a field more, at their end."""
    lines, out, inside = source.splitlines(keepends=True), list[str](), False
    for line in [*lines, "END = None\n"]:
        if inside and line.strip() and not line.startswith(" "):
            while not out[-1].strip():
                out.pop()
            out += [_FIELD, "\n\n"]
            inside = False
        inside = inside or any(line.startswith(f"class {name}(") for name in records)
        out.append(line)
    return "".join(out)


class Newer:
    """Writes messages as senders of the newer version do.

    Args:
        services: the newer sources.
    """

    def __init__(self, services: Path) -> None:
        self._root = services.parent / "schemas"
        self._marks = json.loads((self._root / "fingerprints.json").read_text(encoding="utf-8"))
        self._parsed: dict[str, Any] = {}

    def mixed(self, stream: Iterator[Message]) -> Iterator[Message]:
        """The same messages, those of some agencies in the newer schema."""
        for message in stream:
            yield self._grown(message) if message.topic in SENDERS and message.key else message

    def _grown(self, message: Message) -> Message:
        name, value = decode(message.value)
        path = CONTRACTS[name].path
        mark = bytes.fromhex(self._marks[path][-1])
        if mark == message.value[2:10]:
            return message
        if path not in self._parsed:
            self._parsed[path] = parse_schema(_plain(json.loads((self._root / path).read_text(encoding="utf-8"))))
        out = BytesIO()
        out.write(b"\xc3\x01" + mark)
        schemaless_writer(out, self._parsed[path], {**value, "later": "of a later version"})
        return message._replace(value=out.getvalue())
