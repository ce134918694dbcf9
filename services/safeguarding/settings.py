"""The settings, read once from SAFEGUARDING_* environment variables; every default is safe."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?([0-9][A-Z]{2})?")
NEVER_JOIN: Final = frozenset({"TS90"})


def _user_data_dir() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "safeguarding"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "safeguarding"


class Settings(BaseSettings):
    """What a process may be told from outside (contract.md, section 6)."""

    model_config = SettingsConfigDict(env_prefix="SAFEGUARDING_", frozen=True, extra="ignore")

    bootstrap_servers: str = Field("localhost:9092", description="Kafka, host:port[,host:port]")
    topic_prefix: str = Field("", description="put before every topic, group and transactional id")
    state_dir: Path = Field(default_factory=_user_data_dir, description="local state, one folder per worker")
    clock: Literal["wall", "events"] = Field("wall", description="wall: real time; events: driven by published_at")
    backfill: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(), description="agencies that may backfill now, separated by commas"
    )
    never_join: Annotated[frozenset[str], NoDecode] = Field(
        default=NEVER_JOIN,
        description="postcodes (TS90 1AA), or first halves of them (TS90), of refuges, hostels, surgeries, custody "
        "suites and council offices, separated by commas, or @FILE with one a line: they never join people",
    )
    rules: Path | None = Field(None, description="a parameter file in place of the built-in rule pack")
    instance: str | None = Field(None, description="name of a worker that comes back (static membership)")
    partitions: int = Field(4, ge=1, le=256, description="of facts.accepted.v1 and every per-child topic")
    standbys: int = Field(0, ge=0, le=3, description="workers that keep a copy of another's state, ready to take over")
    replication: int = Field(1, ge=1, le=5, description="replication factor of the topics that are created")

    @field_validator("never_join", mode="before")
    @classmethod
    def _postcodes(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            try:
                lines = Path(value[1:]).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError) as problem:
                raise ValueError(f"cannot read {value[1:]}: {type(problem).__name__}") from None
            value = ",".join(line.split("#")[0] for line in lines)
        found = frozenset("".join(postcode.split()).upper() for postcode in value.split(",")) - {""}
        if wrong := sorted(postcode for postcode in found if not _POSTCODE.fullmatch(postcode)):
            raise ValueError(f"{wrong[0]} is no postcode, nor the first half of one")
        return found

    @field_validator("backfill", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(filter(None, value.replace(" ", "").split(","))) if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only arguments and the environment: no files that happen to lie about."""
        return init_settings, env_settings
