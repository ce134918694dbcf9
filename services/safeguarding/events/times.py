"""Instants are integers (milliseconds since 1970 UTC), days are integers (days since 1970); people read RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo
from pydantic_core import PydanticCustomError

LONDON: Final = ZoneInfo("Europe/London")
SECOND: Final = 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
WRITTEN: Final = "written"  # validation context of what people write: times as text, never as numbers
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FIRST: Final = -2208988800000  # 1900-01-01
LAST: Final = 4102444800000  # 2100-01-01
FIRST_DAY: Final = FIRST // 86_400_000
LAST_DAY: Final = LAST // 86_400_000


def parse_instant(text: str) -> int:
    """Milliseconds since 1970 UTC of an RFC 3339 time with an offset.

    Raises:
        ValueError: not such a time, or one without an offset.
    """
    if not _RFC3339.fullmatch(text):  # fromisoformat alone takes many other forms
        raise ValueError("a time is written 2017-10-02T21:14:00+01:00")
    return instant_of(datetime.fromisoformat(text.upper()))


def instant_of(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware datetime (finer parts are cut off)."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds // 1000


def local(instant: int) -> datetime:
    """The same moment on a clock in Europe/London."""
    return datetime.fromtimestamp(instant / 1000, LONDON)


def rfc3339(instant: int) -> str:
    """RFC 3339 in local time with offset; milliseconds only when there are any."""
    return local(instant).isoformat(timespec="seconds" if instant % 1000 == 0 else "milliseconds")


@lru_cache(maxsize=8192)
def parse_day(text: str) -> int:
    """Days since 1970 of a date written YYYY-MM-DD.

    Raises:
        ValueError: not such a date.
    """
    if not _DATE.fullmatch(text):
        raise ValueError("a date is written YYYY-MM-DD")
    return date.fromisoformat(text).toordinal() - DAY_ZERO


def day_text(day: int) -> str:
    """YYYY-MM-DD of days since 1970."""
    return date.fromordinal(day + DAY_ZERO).isoformat()


def _instant(value: Any, info: ValidationInfo) -> Any:
    if info.context == WRITTEN and type(value) is int:
        raise PydanticCustomError("bad_time", "a time is written 2017-10-02T21:14:00+01:00")
    if isinstance(value, str):
        try:
            value = parse_instant(value)
        except (ValueError, OverflowError):
            raise PydanticCustomError("bad_time", "a time is written 2017-10-02T21:14:00+01:00") from None
    if type(value) is int and not FIRST <= value <= LAST:
        raise PydanticCustomError("bad_time", "a time lies between 1900 and 2100")
    return value


def _day(value: Any, info: ValidationInfo) -> Any:
    if info.context == WRITTEN and type(value) is int:
        raise PydanticCustomError("bad_date", "a date is written 2017-10-02")
    if isinstance(value, str):
        try:
            value = parse_day(value)
        except ValueError:
            raise PydanticCustomError("bad_date", "a date is written 2017-10-02") from None
    if type(value) is int and not FIRST_DAY <= value <= LAST_DAY:
        raise PydanticCustomError("bad_date", "a date lies between 1900 and 2100")
    return value


class Logical:
    """Marks a type with the Avro logical type it has on the wire."""

    def __init__(self, primitive: str, logical: str) -> None:
        self.primitive, self.logical = primitive, logical


Instant = Annotated[
    int,
    BeforeValidator(_instant),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    Logical("long", "timestamp-millis"),
]
Day = Annotated[
    int,
    BeforeValidator(_day),
    PlainSerializer(day_text, return_type=str, when_used="json"),
    Logical("int", "date"),
]
