"""Builds the rooms that a worker or a simulation is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safeguarding.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from safeguarding.correlation.finding import Pack
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Room

ROOMS = ("intake", "identity", "correlation", "routing")


def rule_pack(file: Path | None) -> Pack:
    """The rules of a file, or the built-in ones.

    Raises:
        ConfigurationError: the file cannot be read, or a rule in it cannot be worked with.
    """
    from safeguarding.correlation.pack import built_in, parse  # fast start of the command

    if file is None:
        return built_in()
    try:
        return parse(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigurationError(f"cannot read {file}: {type(problem).__name__}; give a TOML rule pack") from None


def build(names: Sequence[str], settings: Settings) -> list[Room]:
    """The rooms of these names, in the order of the pipeline."""
    from safeguarding.correlation.agent import Correlation
    from safeguarding.identity.agent import Identity
    from safeguarding.intake.agent import Intake
    from safeguarding.routing.agent import Routing

    makers: dict[str, Callable[[], Room]] = {
        "intake": lambda: Intake(settings.clock, settings.backfill),
        "identity": lambda: Identity(
            settings.partitions, eager_ticks=settings.clock == "events", never_join=settings.never_join
        ),
        "correlation": lambda: Correlation(rule_pack(settings.rules)),
        "routing": Routing,
    }
    return [makers[name]() for name in ROOMS if name in names]
