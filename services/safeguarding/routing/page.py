"""Writes docs/who-may-know.md from the policy: `python -m safeguarding.routing.page docs/who-may-know.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from safeguarding.routing.policy import POLICY, ROWS, SAYS, WORDS

_GROUPS: Final = (
    ("hub", "worker"),
    ("gp",),
    ("health-visitor", "school-nurse"),
    ("school",),
    ("police",),
    ("cgl", "probation", "yos"),
    ("health",),
    ("operators",),
)
_INTRO: Final = """\
# Who may know, and how much

Written from `services/safeguarding/routing/policy.py`, which decides what is sent: this page cannot say anything else.
`safeguarding who-would-see FILE` applies it to your own event or alert before anything is sent.

- A cell is a ceiling: a rule sends what it says, never more than this. What no cell allows nobody is told.
- The hub and the allocated worker receive the alert itself, every other audience a notice. A notice is another record
  type, which has no place for another agency's narrative.
- An audience or a rule that is not here is told nothing, and an item is put before a person.
- Anything about domestic abuse is marked to be hidden from the patient's online access.
- Where an address is confidential, or the child bears an s-flag, no address and no school leaves to anyone; its own
  school is still told. Where the perpetrator lives with the child, the notice says whom not to tell.
- Where the recipient is not known, the notice is held, an operator sees it, and it leaves when the recipient is known.
- Whoever referred learns how far the referral has come, under its own case reference: received, by when it is decided,
  what was decided. That record has no place for a child, and goes to `feedback.<agency>.v1`.
- A withdrawal goes to exactly those who were told, and repeats nothing of what it withdraws; it names the child as that
  recipient was told of it, which routing keeps for it (name, birth, number: no more than the notice held).
"""


def page() -> str:
    """The page."""
    return "\n".join([_INTRO, *_matrix(), "", *_rules(), ""])


def _matrix() -> list[str]:
    heads = [", ".join(group) for group in _GROUPS]
    lines = ["## What each audience may hold", "", f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for name, what in ROWS.items():
        lines.append(f"| {what} | {' | '.join(_cell(name, group) for group in _GROUPS)} |")
    return lines


def _cell(name: str, group: tuple[str, ...]) -> str:
    words = {who: WORDS[POLICY[who][name]] for who in group}
    return words[group[0]] if len(set(words.values())) == 1 else ", ".join(f"{who}: {w}" for who, w in words.items())


def _rules() -> list[str]:
    head = "| rule | tells | may reach, besides hub and worker |"
    lines = ["## What the words of each rule tell", "", head, "|---|---|---|"]
    for rule, name in sorted(SAYS.items()):
        reach = [who for who, row in POLICY.items() if row[name] != "never" and who not in ("hub", "worker")]
        lines.append(f"| `{rule}` | {ROWS[name]} | {', '.join(reach) or 'nobody'} |")
    return lines


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
