"""Writes the Avro schemas from the models: `python -m safeguarding.wire.generate schemas`.

The models are the one place where a field is described; the files under ``schemas/`` are what agencies read.
``fingerprints.json`` lists every fingerprint of a record type, oldest first. A changed schema is added there and the
one before it moves to ``history/``, so that what was written with it stays readable. ``--unreleased`` replaces the
newest instead: only while nobody has sent a record with it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from fastavro.schema import fingerprint, to_parsing_canonical_form
from pydantic.fields import FieldInfo

from safeguarding.events.base import Word
from safeguarding.events.times import Logical
from safeguarding.wire.contract import CONTRACTS, Contract

_PRIMITIVES = {str: "string", bool: "boolean", int: "long", bytes: "bytes"}
_FAMILY = {"person": "core", "envelope": "core", "concern": "core", "base": "core"}


class _Writer:
    """Writes one schema; a named type is written out where it first occurs and named afterwards."""

    def __init__(self, family: str) -> None:
        self.family, self.known = family, set[str]()

    def record(self, model: type[Word], name: str | None = None, suffix: str = "", family: str | None = None) -> Any:
        home = model.__module__.rsplit(".", 1)[1]
        space = f"safeguarding.{family or _FAMILY.get(home, home)}.v1"
        name = name or model.__name__.lstrip("_") + suffix
        if f"{space}.{name}" in self.known:
            return f"{space}.{name}"
        self.known.add(f"{space}.{name}")
        doc = " ".join((model.__doc__ or "").split())
        fields = [self.field(key, info) for key, info in model.model_fields.items()]
        return {"type": "record", "name": name, "namespace": space, "doc": doc, "fields": fields}

    def field(self, key: str, info: FieldInfo) -> dict[str, Any]:
        shape = self.shape(info.annotation, list(info.metadata), "Data" if key == "data" else "")
        out: dict[str, Any] = {"name": key, "type": shape, "doc": " ".join((info.description or "").split())}
        words = _words(info.annotation)
        if words:
            out["words"] = words
        if isinstance(shape, list):
            out["default"] = None
        elif not info.is_required():
            default = info.get_default(call_default_factory=True, validated_data={})
            out["default"] = default.model_dump() if isinstance(default, Word) else default
        return out

    def shape(self, annotation: Any, metadata: list[Any], suffix: str = "") -> Any:
        logical = next((m for m in metadata if isinstance(m, Logical)), None)
        if logical is not None:
            return {"type": logical.primitive, "logicalType": logical.logical}
        origin, args = get_origin(annotation), get_args(annotation)
        if origin in (Union, UnionType):
            (inner,) = [a for a in args if a is not NoneType]
            return ["null", self.shape(inner, metadata, suffix)]
        if hasattr(annotation, "__metadata__"):
            return self.shape(annotation.__origin__, list(annotation.__metadata__), suffix)
        if origin is Literal:
            return "string"
        if origin is list:
            return {"type": "array", "items": self.shape(args[0], [])}
        if origin is dict:
            return {"type": "map", "values": self.shape(args[1], [])}
        if isinstance(annotation, type) and issubclass(annotation, Word):
            return self.record(annotation, suffix=suffix)
        return _PRIMITIVES[annotation]


def _words(annotation: Any) -> list[str]:
    """The allowed words of a code list: documentation on the wire, checked by the model."""
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return next((found for arg in get_args(annotation) if (found := _words(arg))), [])


def avro_schema(contract: Contract) -> dict[str, Any]:
    """The Avro schema of a record type, self-contained."""
    writer = _Writer(contract.family)
    schema: dict[str, Any] = writer.record(contract.model, family=contract.family)
    return schema


def fingerprint_of(schema: Any) -> str:
    """CRC-64-AVRO of the canonical form, as the 16 hex digits that stand on the wire."""
    return str(fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO"))


def main(root: Path, contracts: Iterable[Contract] = CONTRACTS.values(), *, unreleased: bool = False) -> None:
    """Write every schema below `root` and note its fingerprint; a schema that it replaces is kept.

    Args:
        root: the folder of schemas.
        contracts: the record types to write.
        unreleased: forget the newest schema of a type that changed; nobody has sent a record with it.
    """
    frozen_file = root / "fingerprints.json"
    frozen: dict[str, list[str]] = json.loads(frozen_file.read_text()) if frozen_file.exists() else {}
    for contract in contracts:
        schema, target = avro_schema(contract), root / contract.path
        mark, marks = fingerprint_of(schema), frozen.setdefault(contract.path, [])
        if marks and marks[-1] != mark:
            kept = root / contract.kept(marks[-1])
            if unreleased:
                marks.pop()
            else:
                kept.parent.mkdir(exist_ok=True)
                kept.write_bytes(target.read_bytes())
            (root / contract.kept(mark)).unlink(missing_ok=True)  # a change taken back
        frozen[contract.path] = [old for old in marks if old != mark] + [mark]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = (f'  "{path}": {json.dumps(marks)}' for path, marks in sorted(frozen.items()))
    frozen_file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), unreleased="--unreleased" in sys.argv[2:])
