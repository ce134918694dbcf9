"""Avro schemas compiled to straight-line Python: two to five times as fast as walking the schema for each record.

Only what the schema linter lets into the contract is known here: records that do not hold themselves, text, bytes,
whole numbers, booleans, lists, maps, and each of them or nothing (null first). `fastavro` is the reference: a test
compares bytes and values, and it still reads the records of former schemas.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import count
from typing import Any

Reader = Callable[[bytes, int], tuple[Any, int]]
Writer = Callable[[Any, list[bytes]], None]
_INT, _LONG = 1 << 31, 1 << 63
_KNOWN = 8192  # lengths and small numbers whose bytes are kept ready


class Bad(Exception):
    """Bytes that are no record of the schema, or a value that does not fit it."""


def reader(schema: Mapping[str, Any]) -> Reader:
    """A function from bytes and a place in them to the record that begins there and the place after it.

    The place may be beyond the end of bytes that were cut off. Whatever else is wrong with the bytes raises: `Bad`,
    IndexError or UnicodeDecodeError.
    """
    envelope, data = _parts(schema)
    first, named = _reader(json.dumps(envelope))
    if data is None:
        return first
    lines = ["v, p = first(b, p)", *_Read(named).value("data", data["type"]), f"v[{_name(data['name'])!r}] = data"]
    return _run("b, p", [*lines, "return v, p"], first)  # type: ignore[no-any-return]  # what exec makes has no type


def writer(schema: Mapping[str, Any]) -> Writer:
    """A function that appends the bytes of a record to a list; fields that are missing take their default.

    A value that does not fit raises: `Bad`, KeyError, AttributeError or TypeError.
    """
    envelope, data = _parts(schema)
    first, named = _writer(json.dumps(envelope))
    if data is None:
        return first
    lines = ["add = out.append", "first(v, out)", *_Write(named).record("v", [data])]
    return _run("v, out", lines, first)  # type: ignore[no-any-return]  # what exec makes has no type


def _parts(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """A record but for its last field, and that field if it is a record: the envelope of events is compiled once."""
    *envelope, last = schema["fields"]
    if not isinstance(last["type"], dict) or last["type"]["type"] != "record":
        return schema, None
    return {"type": "record", "name": "Envelope", "fields": envelope}, last


@cache
def _reader(schema: str) -> tuple[Reader, dict[str, Any]]:
    """Of a schema as JSON, with the schemas that it names."""
    walk = _Read({})
    return _run("b, p", [*walk.value("v", json.loads(schema)), "return v, p"]), walk.named


@cache
def _writer(schema: str) -> tuple[Writer, dict[str, Any]]:
    walk = _Write({})
    return _run("v, out", ["add = out.append", *walk.value("v", json.loads(schema))]), walk.named


def _run(arguments: str, lines: list[str], first: Any = None) -> Any:
    space = {"Bad": Bad, "long_at": _long_at, "long_of": _long_of, "ready": _ready(), "first": first}
    exec("\n".join([f"def run({arguments}):", *_in(lines)]), space)  # noqa: S102  # our own schemas, and only names that pass `_name`
    return space["run"]


def _in(lines: list[str]) -> Iterator[str]:
    return ("    " + line for line in lines)


def _name(name: str) -> str:
    if not name.isidentifier():
        raise ValueError("a field's name is no name")
    return name


def _long_at(b: bytes, p: int) -> tuple[int, int]:
    """A zigzag number of two bytes or more, and the place after it; an instant has six."""
    found, second = b[p] & 127, b[p + 1]
    if second < 128:
        found |= second << 7
        return (found >> 1) ^ -(found & 1), p + 2
    if len(b) >= p + 6:
        third, fourth, fifth, last = b[p + 2 : p + 6]
        if third & fourth & fifth > 127 >= last:
            found |= (second & 127) << 7 | (third & 127) << 14 | (fourth & 127) << 21 | (fifth & 127) << 28 | last << 35
            return (found >> 1) ^ -(found & 1), p + 6
    return _any_long_at(b, p)


def _any_long_at(b: bytes, p: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = b[p]
        p += 1
        found |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 63:
            raise Bad
    number = (found >> 1) ^ -(found & 1)
    if not -_LONG <= number < _LONG:
        raise Bad
    return number, p


@lru_cache(maxsize=4096)
def _long_of(number: int) -> bytes:
    """The zigzag bytes of a number; an instant is written again and again: it is the clock of all that comes of it."""
    rest = number << 1 if number >= 0 else ~(number << 1)
    if rest >> 64:
        raise Bad
    found = bytearray()
    while rest > 127:
        found.append(rest & 127 | 128)
        rest >>= 7
    found.append(rest)
    return bytes(found)


@cache
def _ready() -> tuple[bytes, ...]:
    return tuple(map(_long_of, range(_KNOWN)))


class _Walk:
    """Names of variables, and the schemas that have been named."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        self._numbers = count()
        self.named = dict(named)

    def fresh(self) -> str:
        return f"x{next(self._numbers)}"

    def known(self, schema: Any) -> tuple[str, Any]:
        """Kind of a schema and the schema, a name replaced by what it names."""
        if isinstance(schema, str):
            schema = self.named.get(schema, schema)
        if isinstance(schema, list):
            if len(schema) != 2 or schema[0] != "null":
                raise ValueError("nothing but null and one other may be meant")
            return "union", schema[1]
        if isinstance(schema, str):
            return schema, None
        if schema["type"] == "record":
            self.named[schema["name"]] = schema
        return schema["type"], schema


class _Read(_Walk):
    """Lines that read one value at `p` of `b` into a variable."""

    def value(self, to: str, schema: Any) -> list[str]:
        kind, schema = self.known(schema)
        lines: list[str] = getattr(self, f"_{kind}")(to, schema)
        return lines

    def _long(self, to: str, _: Any) -> list[str]:
        return [
            f"{to} = b[p]",
            f"if {to} < 128: {to} = {to} >> 1 ^ -({to} & 1); p += 1",
            f"else: {to}, p = long_at(b, p)",
        ]

    def _int(self, to: str, _: Any) -> list[str]:
        return [*self._long(to, None), f"if not {-_INT} <= {to} < {_INT}: raise Bad"]

    def _boolean(self, to: str, _: Any) -> list[str]:
        return [f"{to} = b[p] != 0", "p += 1"]

    def _bytes(self, to: str, _: Any) -> list[str]:
        end = self.fresh()
        lines = self._long(end, None)
        return [*lines, f"if {end} < 0: raise Bad", f"{end} += p", f"{to} = b[p:{end}]", f"p = {end}"]

    def _string(self, to: str, _: Any) -> list[str]:
        *lines, text, move = self._bytes(to, None)
        return [*lines, f"{text}.decode()", move]

    def _union(self, to: str, other: Any) -> list[str]:
        lines = ["n = b[p]", "p += 1", f"if n == 0: {to} = None", "elif n == 2:", *_in(self.value(to, other))]
        return [*lines, "else: raise Bad"]

    def _record(self, to: str, schema: Any) -> list[str]:
        lines, pairs = [], []
        for field in schema["fields"]:
            part = self.fresh()
            lines += self.value(part, field["type"])
            pairs.append(f"{_name(field['name'])!r}: {part}")
        return [*lines, f"{to} = {{{', '.join(pairs)}}}"]

    def _array(self, to: str, schema: Any) -> list[str]:
        item = self.fresh()
        return self._blocks(f"{to} = []", [*self.value(item, schema["items"]), f"{to}.append({item})"])

    def _map(self, to: str, schema: Any) -> list[str]:
        key, item = self.fresh(), self.fresh()
        lines = [*self._string(key, None), *self.value(item, schema["values"]), f"{to}[{key}] = {item}"]
        return self._blocks(f"{to} = {{}}", lines)

    def _blocks(self, begin: str, lines: list[str]) -> list[str]:
        """Items in blocks; of each item at least one byte is read, so a count that lies ends with the bytes."""
        left, size = self.fresh(), self.fresh()
        block = [
            f"if {left} < 0:",
            f"    {left} = -{left}",
            *_in(self._long(size, None)),
            f"for _ in range({left}):",
            *_in(lines),
            *self._long(left, None),
        ]
        return [begin, *self._long(left, None), f"while {left}:", *_in(block)]


class _Write(_Walk):
    """Lines that append the bytes of a value, which is an expression, to a list."""

    def value(self, of: str, schema: Any) -> list[str]:
        kind, schema = self.known(schema)
        lines: list[str] = getattr(self, f"_{kind}")(of, schema)
        return lines

    def _long(self, of: str, _: Any) -> list[str]:
        return [
            f"if type({of}) is not int: raise Bad",
            f"add(ready[{of}] if 0 <= {of} < {_KNOWN} else long_of({of}))",
        ]

    def _int(self, of: str, _: Any) -> list[str]:
        check, add = self._long(of, None)
        return [check, f"if not {-_INT} <= {of} < {_INT}: raise Bad", add]

    def _boolean(self, of: str, _: Any) -> list[str]:
        return [f"if type({of}) is not bool: raise Bad", f"add(b'\\x01' if {of} else b'\\x00')"]

    def _bytes(self, of: str, _: Any) -> list[str]:
        return [f"if type({of}) is not bytes: raise Bad", *self._whole(of)]

    def _string(self, of: str, _: Any) -> list[str]:
        text = self.fresh()
        return [f"{text} = {of}.encode()", *self._whole(text)]

    def _whole(self, of: str) -> list[str]:
        return [f"n = len({of})", f"add(ready[n] if n < {_KNOWN} else long_of(n))", f"add({of})"]

    def _union(self, of: str, other: Any) -> list[str]:
        lines = [f"if {of} is None: add(b'\\x00')", "else:", "    add(b'\\x02')"]
        return [*lines, *_in(self.value(of, other))]

    def _record(self, of: str, schema: Any) -> list[str]:
        return self.record(of, schema["fields"])

    def record(self, of: str, fields: Iterable[Any]) -> list[str]:
        get = self.fresh()
        lines = [f"{get} = {of}.get"]
        for field in fields:
            part, name = self.fresh(), _name(field["name"])
            default = f", {field['default']!r}" if "default" in field else None
            lines.append(f"{part} = {of}[{name!r}]" if default is None else f"{part} = {get}({name!r}{default})")
            lines += self.value(part, field["type"])
        return lines

    def _array(self, of: str, schema: Any) -> list[str]:
        item = self.fresh()
        return self._block(of, [f"for {item} in {of}:", *_in(self.value(item, schema["items"]))])

    def _map(self, of: str, schema: Any) -> list[str]:
        key, item = self.fresh(), self.fresh()
        lines = [*self._string(key, None), *self.value(item, schema["values"])]
        return self._block(of, [f"for {key}, {item} in {of}.items():", *_in(lines)])

    def _block(self, of: str, lines: list[str]) -> list[str]:
        """All items in one block."""
        size = [f"n = len({of})", f"add(ready[n] if n < {_KNOWN} else long_of(n))"]
        return [f"if {of}:", *_in(size), *_in(lines), "add(b'\\x00')"]
