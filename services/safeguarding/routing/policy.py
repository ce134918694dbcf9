"""What each audience may hold: one table, every cell filled, default nothing (rules.md, the matrix)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from safeguarding.errors import ConfigurationError

FIELDS: Final = ("identifier", "counts", "grade", "signs", "voice", "do_not_disclose")
NEVER: Final = "never"

# A ceiling: a rule sends what it says, never more than this.
#   identifier       the one number of the child's that the audience holds itself
#   grade            of a risk form; `medium_high`: not of a standard one
#   voice            `short`: at most 200 characters of the child's own words
#   do_not_disclose  whether the notice must say who may not learn of it
POLICY: Final[dict[str, dict[str, str]]] = {
    "gp": {
        "identifier": "nhs_number",
        "counts": "always",
        "grade": "medium_high",
        "signs": "always",
        "voice": "short",
        "do_not_disclose": "always",
    },
    "health-visitor": {
        "identifier": "nhs_number",
        "counts": "always",
        "grade": "always",
        "signs": "always",
        "voice": "short",
        "do_not_disclose": "always",
    },
    "school-nurse": {
        "identifier": "nhs_number",
        "counts": "always",
        "grade": "always",
        "signs": "always",
        "voice": "short",
        "do_not_disclose": "always",
    },
    "school": {
        "identifier": "upn",
        "counts": NEVER,
        "grade": NEVER,
        "signs": NEVER,
        "voice": "short",
        "do_not_disclose": "always",
    },
    "police": {
        "identifier": NEVER,
        "counts": "always",
        "grade": NEVER,
        "signs": NEVER,
        "voice": NEVER,
        "do_not_disclose": NEVER,
    },
    **{
        audience: {
            "identifier": NEVER,
            "counts": NEVER,
            "grade": NEVER,
            "signs": NEVER,
            "voice": NEVER,
            "do_not_disclose": NEVER,
        }
        for audience in ("probation", "yos", "cgl")
    },
    "health": {
        "identifier": "nhs_number",
        "counts": NEVER,
        "grade": NEVER,
        "signs": NEVER,
        "voice": NEVER,
        "do_not_disclose": "always",
    },
}
_WORDS = {
    "identifier": {NEVER, "nhs_number", "upn"},
    "counts": {NEVER, "always"},
    "grade": {NEVER, "always", "medium_high"},
    "signs": {NEVER, "always"},
    "voice": {NEVER, "short"},
    "do_not_disclose": {NEVER, "always"},
}


def checked(table: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """The table, if every cell is filled with a word that is known.

    Raises:
        ConfigurationError: a cell is missing, empty or unknown; it says which.
    """
    for audience, row in table.items():
        for field in FIELDS:
            if row.get(field) not in _WORDS[field]:
                raise ConfigurationError(f"policy: {audience} has no valid word for {field}")
        for field in row:
            if field not in FIELDS:
                raise ConfigurationError(f"policy: {audience} has an unknown field {field}")
    return table
