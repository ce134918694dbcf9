"""Reads a rule pack: one file of parameters, checked when it is loaded."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Any

from pydantic import ValidationError

from safeguarding.correlation import rules
from safeguarding.correlation.finding import Active, Pack, Rule
from safeguarding.errors import ConfigurationError


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
    contact = table.pop("contact", None)
    if not isinstance(contact, str) or not contact.strip():
        raise ConfigurationError(f"{origin}: line 1: contact is missing: whom to ring about an alert")
    active = {name: _active(name, section, text, origin) for name, section in sorted(table.items())}
    by_type: dict[str, list[Active]] = {}
    for entry in active.values():
        for event_type in entry.rule.types:
            by_type.setdefault(event_type, []).append(entry)
    return Pack(active, {name: tuple(entries) for name, entries in by_type.items()}, contact)


def _active(name: str, section: Any, text: str, origin: str) -> Active:
    line = _line_of(text, f"[{name}]")
    rule = known_rules().get(name)
    if rule is None or not isinstance(section, dict):
        raise ConfigurationError(f"{origin}: line {line}: no such rule: {name}; there are {', '.join(known_rules())}")
    version = section.pop("version", None)
    if not isinstance(version, str) or not version:
        raise ConfigurationError(f'{origin}: line {line}: {name} needs a version, such as version = "2"')
    try:
        parameters = rule.parameters.model_validate(section)
    except ValidationError as problem:
        fault = problem.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in fault["loc"])
        at = _line_of(text, str(fault["loc"][0]), line) if fault["loc"] else line
        raise ConfigurationError(f"{origin}: line {at}: {name}.{field}: {fault['msg']}") from None
    return Active(rule, parameters, version, rule.words(parameters))


def _line_of(text: str, needle: str, after: int = 0) -> int:
    """Number of the first line that begins with `needle`, from the line `after` on; `after` when there is none."""
    for number, line in enumerate(text.splitlines(), 1):
        if number > after and line.strip().startswith(needle):
            return number
    return after or 1
