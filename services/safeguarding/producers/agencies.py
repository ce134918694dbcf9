"""Finds an agency's producer by the agency's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from safeguarding.producers import cgl, education, health, hub, police, probation, yos
from safeguarding.producers.layout import Layout
from safeguarding.producers.rows import Row

_MODULES: Final = {m.LAYOUT.agency: m for m in (police, health, cgl, yos, probation, hub, education)}
EVENT_OF: Final[dict[str, Callable[[Row], dict[str, Any]]]] = {name: m.event_of for name, m in _MODULES.items()}
LAYOUTS: Final[dict[str, Layout]] = {name: m.LAYOUT for name, m in _MODULES.items()}
