"""Checks Avro schemas against the house rules: `python -m safeguarding.wire.lint schemas`.

The rules keep a hostile sender from making a reader work for ever (recursion, arrays whose items cost no byte), and
keep a compatible change compatible (no Avro enum: readers ignore its default; optional means ``["null", X]``).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any, Final

_PRIMITIVES: Final[dict[str, tuple[type, ...]]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "int": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "bytes": (str,),
    "string": (str,),
}
_RECORD: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_FIELD: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SPACE: Final = re.compile(r"safeguarding\.[a-z]+\.v[1-9][0-9]*")


class _Lint:
    """Walks one schema and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.records: dict[str, dict[str, Any]] = {}
        self.open: list[str] = []

    def say(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")

    def visit(self, node: Any, where: str, space: str = "") -> None:
        """Check a type; `space` is the namespace around it."""
        if isinstance(node, list):
            if len(node) != 2 or node[0] != "null" or node[1] == "null" or isinstance(node[1], list):
                self.say(where, 'a union is ["null", X] and nothing else')
            for branch in node:
                self.visit(branch, where, space)
        elif isinstance(node, str):
            self.named(node, where, space)
        elif not isinstance(node, dict):
            self.say(where, "no Avro type")
        elif node.get("type") == "record":
            self.record(node, where, space)
        elif node.get("type") == "array":
            self.visit(node.get("items"), where + "[]", space)
            if self.empty(node.get("items"), space):
                self.say(where, "items of an array cost at least one byte")
        elif node.get("type") == "map":
            self.visit(node.get("values"), where + "{}", space)
        elif node.get("type") in ("enum", "fixed"):
            self.say(where, f"no Avro {node['type']}: a string with words, or bytes")
        else:
            self.visit(node.get("type"), where, space)

    def named(self, name: str, where: str, space: str) -> None:
        full = name if "." in name or name in _PRIMITIVES else f"{space}.{name}"
        if full in self.open:
            self.say(where, f"{full} holds itself")
        elif full not in _PRIMITIVES and full not in self.records:
            self.say(where, f"{full} is not known here")

    def record(self, node: dict[str, Any], where: str, space: str) -> None:
        name, space = str(node.get("name")), str(node.get("namespace", space))
        full, fields = f"{space}.{name}", node.get("fields", [])
        if not _RECORD.fullmatch(name) or not _SPACE.fullmatch(space):
            self.say(where, f"{full} is not safeguarding.<family>.v<major>.<RecordName>")
        if full in self.records:
            self.say(where, f"{full} is written out twice")
        if not str(node.get("doc", "")).strip():
            self.say(where, f"{full} has no doc")
        names = [field.get("name") for field in fields]
        if len(set(names)) != len(names):
            self.say(where, f"{full} has a field twice")
        self.records[full] = node
        self.open.append(full)
        for field in fields:
            self.field(field, f"{where}.{field.get('name')}", space)
        self.open.pop()

    def field(self, field: dict[str, Any], where: str, space: str) -> None:
        if not _FIELD.fullmatch(str(field.get("name"))):
            self.say(where, "a field is written in snake_case")
        if not str(field.get("doc", "")).strip():
            self.say(where, "no doc")
        shape = field.get("type")
        self.visit(shape, where, space)
        if isinstance(shape, list) and field.get("default", 0) is not None:
            self.say(where, "an optional field has the default null")
        elif "default" in field and not self.fits(field["default"], shape, space):
            self.say(where, "the default is no value of the type")
        words = field.get("words")
        if words is not None and (not words or len(set(words)) != len(words)):
            self.say(where, "words: a list without repeats")
        if words and isinstance(field.get("default"), str) and field["default"] not in words:
            self.say(where, "the default is none of the words")

    def find(self, node: Any, space: str) -> Any:
        """The record that a name stands for, else the type itself."""
        if isinstance(node, str) and node not in _PRIMITIVES:
            return self.records.get(node if "." in node else f"{space}.{node}")
        plain = isinstance(node, dict) and node.get("type") not in ("record", "array", "map", "enum", "fixed")
        return self.find(node.get("type"), space) if plain else node

    def empty(self, node: Any, space: str, depth: int = 0) -> bool:
        """Whether a value can take no byte at all (recursion, told elsewhere, ends at some depth)."""
        node = self.find(node, space)
        if isinstance(node, dict) and node.get("type") == "record" and depth < 20:
            inner = node.get("namespace", space)
            return all(self.empty(field.get("type"), inner, depth + 1) for field in node.get("fields", []))
        return bool(node == "null")

    def fits(self, value: Any, node: Any, space: str) -> bool:
        """Whether a default is a value of the type, as Avro writes defaults in JSON."""
        node = self.find(node, space)
        if isinstance(node, list):
            return self.fits(value, node[0], space)
        if isinstance(node, str):
            kinds = _PRIMITIVES[node]
            return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        kind = node.get("type") if isinstance(node, dict) else None
        if kind == "array":
            return isinstance(value, list) and all(self.fits(item, node.get("items"), space) for item in value)
        if kind == "map":
            return isinstance(value, dict) and all(self.fits(v, node.get("values"), space) for v in value.values())
        if kind == "record" and isinstance(value, dict):
            fields, inner = {f["name"]: f for f in node["fields"]}, node.get("namespace", space)
            return value.keys() <= fields.keys() and all(
                self.fits(value[key], f["type"], inner) if key in value else "default" in f for key, f in fields.items()
            )
        return False


def faults(schema: Any, path: str | None = None) -> list[str]:
    """What is wrong with a schema, one line each; nothing when it is sound.

    Args:
        schema: the parsed JSON of the schema.
        path: its place below ``schemas/``, such as ``police/v1/da_form.completed.avsc``, which it must agree with.
    """
    lint = _Lint()
    if not isinstance(schema, dict) or schema.get("type") != "record":
        return ["a schema is a record"]
    lint.visit(schema, str(schema.get("name")))
    if path is not None:
        family, major, *_, file = path.split("/")
        space, name = f"safeguarding.{family}.{major}", file.rsplit(".", 2 if "/history/" in path else 1)[0]
        if schema.get("namespace") != space:
            lint.say(path, f"the namespace is {space}")
        camel = "".join(part.title() for part in re.split(r"[._-]", name))
        if camel not in str(schema.get("name")):
            lint.say(path, f"the record's name holds {camel}")
    return lint.faults


def main(root: Path) -> int:
    """Print the faults of every schema below `root`; how many there are."""
    found = [
        f"{path}: {fault}"
        for path in sorted(str(file.relative_to(root)) for file in root.rglob("*.avsc"))
        for fault in faults(json.loads((root / path).read_text(encoding="utf-8")), path)
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return len(found)


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1])) else 0)
