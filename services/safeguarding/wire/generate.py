"""Writes the Avro schemas from the models: `python -m safeguarding.wire.generate schemas`.

The models are the one place where a field is described; the files under ``schemas/`` are what agencies read.
A test holds the two together, and ``fingerprints.json`` freezes what has been released.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from fastavro.schema import fingerprint, to_parsing_canonical_form
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

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
        elif info.default is not PydanticUndefined and not isinstance(info.default, Word):
            out["default"] = info.default
        elif info.default_factory in (list, dict):
            out["default"] = info.default_factory()
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


def main(root: Path) -> None:
    """Write every schema below `root`; ids of released schemas only ever grow in ``fingerprints.json``."""
    frozen_file = root / "fingerprints.json"
    frozen: dict[str, str] = json.loads(frozen_file.read_text()) if frozen_file.exists() else {}
    for contract in CONTRACTS.values():
        schema = avro_schema(contract)
        target = root / contract.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        frozen[contract.path] = fingerprint_of(schema)
    frozen_file.write_text(json.dumps(dict(sorted(frozen.items())), indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
