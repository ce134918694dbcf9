"""Reads a rule pack: one file of parameters, checked when it is loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Any, Final

from pydantic import ValidationError

from safeguarding.correlation import rules
from safeguarding.correlation.finding import Active, Pack, Rule
from safeguarding.correlation.parameters import OF_A_CASE
from safeguarding.errors import ConfigurationError
from safeguarding.events.times import DAY_ZERO

MOST_HOURS: Final = 168  # a week: what is immediate does not wait longer


@cache
def known_rules() -> dict[str, Rule]:
    """Every rule that has a file in `rules/`, by id."""
    found = [import_module(f"{rules.__name__}.{module.name}").RULE for module in iter_modules(rules.__path__)]
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


def built_in() -> Pack:
    """The pack that the package ships."""
    return parse(files("safeguarding.correlation").joinpath("pack.toml").read_text(encoding="utf-8"), "built-in pack")


def parse(text: str, origin: str) -> Pack:
    """A pack from its TOML text.

    Args:
        text: the file's text.
        origin: name of the file, for messages.

    Raises:
        ConfigurationError: not TOML, an unknown rule or parameter, or a number that makes no sense; says the line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"{origin}: {problem}") from None
    contact, hours = table.pop("contact", None), table.pop("answer_hours", Pack._field_defaults["answer_hours"])
    if not isinstance(contact, str) or not contact.strip():
        raise ConfigurationError(f"{origin}: line 1: contact is missing: whom to ring about an alert")
    if type(hours) is not int or not 1 <= hours <= MOST_HOURS:
        line = _line_of(text, "answer_hours")
        raise ConfigurationError(f"{origin}: line {line}: answer_hours: a whole number of hours, 1 to {MOST_HOURS}")
    actives = [_active(name, section, text, origin) for name, section in sorted(table.items())]
    return assemble(actives, contact)._replace(answer_hours=hours)


def assemble(actives: Sequence[Active], contact: str) -> Pack:
    """A pack of these rules, judged in this order; all else as it is when nobody says otherwise."""
    by_type: dict[tuple[str, str], list[Active]] = {}
    for entry in actives:
        for event_type in entry.rule.types:
            by_type.setdefault((entry.rule.about, event_type), []).append(entry)
    return Pack(
        rules={entry.rule.id: entry for entry in actives},
        by_type={place: tuple(entries) for place, entries in by_type.items()},
        watching=tuple(entry for entry in actives if entry.rule.watches),
        finished=frozenset(entry.rule.id for entry in actives if entry.rule.finished),
        contact=contact,
    )


def _active(name: str, section: Any, text: str, origin: str) -> Active:
    line = _line_of(text, f"[{name}]")
    rule = known_rules().get(name)
    if rule is None or not isinstance(section, dict):
        raise ConfigurationError(f"{origin}: line {line}: no such rule: {name}; there are {', '.join(known_rules())}")
    version = section.pop("version", None)
    if not isinstance(version, str) or not version:
        raise ConfigurationError(f'{origin}: line {line}: {name} needs a version, such as version = "2"')
    valid = [_date(name, field, section, text, origin, line) for field in ("valid_from", "valid_to")]
    try:
        parameters = rule.parameters.model_validate(section)
    except ValidationError as problem:
        fault = problem.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in fault["loc"])
        at = _line_of(text, str(fault["loc"][0]), line) if fault["loc"] else line
        raise ConfigurationError(f"{origin}: line {at}: {name}.{field}: {fault['msg']}") from None
    strangers = sorted(OF_A_CASE.intersection(parameters.roles) - rule.names)
    if strangers:
        at = _line_of(text, "audiences", line)
        raise ConfigurationError(f"{origin}: line {at}: {name}.audiences: {strangers[0]}: nobody is, for this rule")
    since, until = valid
    if since is not None and until is not None and until < since:
        at = _line_of(text, "valid_to", line)
        raise ConfigurationError(f"{origin}: line {at}: {name}.valid_to: is before valid_from")
    return Active(rule, parameters, version, rule.words(parameters), since, until)


def _date(name: str, field: str, section: dict[str, Any], text: str, origin: str, line: int) -> int | None:
    value = section.pop(field, None)
    if value is None:
        return None
    if type(value) is not date:
        at = _line_of(text, field, line)
        raise ConfigurationError(f"{origin}: line {at}: {name}.{field}: a date is written 2017-09-01")
    return value.toordinal() - DAY_ZERO


def _line_of(text: str, needle: str, after: int = 0) -> int:
    """Number of the line that begins with `needle`, in the section that begins on line `after`; else `after`."""
    for number, line in enumerate(text.splitlines(), 1):
        if number > after and line.strip().startswith(needle):
            return number
        if after and number > after and line.startswith("["):
            break
    return after or 1
