"""Does a value fit its model? Compiled to plain Python: the answer for nearly every event, at a fraction of the cost.

No is not a verdict, only a doubt: whoever gets it asks the model itself, which knows what is wrong. Yes is one: a test
holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from pydantic.fields import FieldInfo

from safeguarding.events.base import Word
from safeguarding.events.times import FIRST, FIRST_DAY, LAST, LAST_DAY, Logical

UUID_FIELDS: Final = ("id", "supersedes")  # of an envelope: the only fields with a validator of their own
_UUID: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_RANGES: Final = {"timestamp-millis": (FIRST, LAST), "date": (FIRST_DAY, LAST_DAY)}


def fits(model: type[Word]) -> Callable[[Any], bool]:
    """A function that says whether a dict, every field of it given, is certainly what the model accepts.

    Whatever the model says that is not known here leaves a doubt.
    """
    code = _Code()
    lines = ["def run(v):", "    try:", *_in(_in(code.record("v", model))), "        return True"]
    lines += ["    except (KeyError, TypeError):", "        return False"]
    exec("\n".join(lines), code.space)  # noqa: S102  # our own models
    found: Callable[[Any], bool] = code.space["run"]
    return found


def _in(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _unless(condition: str) -> str:
    return f"if not ({condition}): return False"


class _Code:
    """Lines that look at one value, which is a variable."""

    def __init__(self) -> None:
        self.space: dict[str, Any] = {"uuid": _UUID.fullmatch}
        self._numbers = count()

    def record(self, of: str, model: type[Word]) -> list[str]:
        checked = {name for d in model.__pydantic_decorators__.field_validators.values() for name in d.info.fields}
        lines = [_unless(f"type({of}) is dict and len({of}) == {len(model.model_fields)}")]
        for name, field in model.model_fields.items():
            part = self._fresh()
            lines += [f"{part} = {of}[{name!r}]", *self._value(part, field.annotation, list(field.metadata))]
            if name in UUID_FIELDS and name in checked:
                lines.append(_unless(f"{part} is None or uuid({part})"))
            elif name in checked:  # what its validator says is not known here; a default is what it was meant to be
                lines.append(_unless("False" if field.is_required() else f"{part} is {field.default!r}"))
        return lines

    def _value(self, of: str, kind: Any, limits: list[Any]) -> list[str]:
        origin, args = get_origin(kind), get_args(kind)
        if origin is Annotated:
            more = [limit for arg in args[1:] for limit in (arg.metadata if isinstance(arg, FieldInfo) else [arg])]
            return self._value(of, args[0], [*limits, *more])
        if origin in (Union, UnionType):
            (inner,) = [arg for arg in args if arg is not NoneType]
            return [f"if {of} is not None:", *_in(self._value(of, inner, limits))]
        if origin is Literal:
            words = self._fresh()
            self.space[words] = frozenset(args)
            return [_unless(f"{of} in {words}")]
        if origin is list:
            item = self._fresh()
            return [*self._plain(of, list, limits), f"for {item} in {of}:", *_in(self._value(item, args[0], []))]
        if origin is dict and args[0] is str:
            key, item = self._fresh(), self._fresh()
            each = [*self._plain(key, str, []), *self._value(item, args[1], [])]
            return [*self._plain(of, dict, limits), f"for {key}, {item} in {of}.items():", *_in(each)]
        if isinstance(kind, type) and issubclass(kind, Word):
            return self.record(of, kind)
        if kind in (str, bool, int):
            return self._plain(of, kind, limits)
        return [_unless("False")]

    def _plain(self, of: str, kind: type, limits: list[Any]) -> list[str]:
        lines = [_unless(f"type({of}) is {kind.__name__}")]
        for limit in limits:
            if isinstance(limit, Logical):
                lines.append(_unless(f"{_RANGES[limit.logical][0]} <= {of} <= {_RANGES[limit.logical][1]}"))
            elif isinstance(limit, Ge | Le):
                bound, sign = (limit.ge, ">=") if isinstance(limit, Ge) else (limit.le, "<=")
                lines.append(_unless(f"{of} {sign} {bound!r}"))
            elif isinstance(limit, MinLen):
                lines.append(_unless(f"len({of}) >= {limit.min_length}"))
            elif type(limit).__name__ not in (
                "BeforeValidator",
                "PlainSerializer",
            ):  # those of times, which Logical marks
                lines.append(_unless("False"))
        return lines

    def _fresh(self) -> str:
        return f"x{next(self._numbers)}"
