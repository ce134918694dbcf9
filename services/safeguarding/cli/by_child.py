"""`watch --by-child`: what stands for an audience, child by child, newest revision; answered from a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.text import Text

    from safeguarding.settings import Settings

Line = dict[str, Any]
AGENCY_OF: Final = {
    "worker": "hub",
    **dict.fromkeys(("gp", "school-nurse", "health-visitor"), "health"),
    "school": "education",
}
_ENDS: Final = ("resolved", "withdrawn")
_URGENCIES: Final = ("immediate", "today", "routine")
_VERBS: Final = {"a": "acknowledge", "x": "action", "d": "dismiss"}
HELP: Final = "a 2 acknowledges, x 2 what was done  says it is done, d 2 reason  dismisses; Enter looks again, q leaves"


def standing(lines: Iterable[Line]) -> list[list[Line]]:
    """The newest revision of everything that is not over, by child, the most pressing child first.

    Args:
        lines: alerts or notices (contract.md, section 5), of one audience.
    """
    newest: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line["kind"] in ("alert", "notice"):
            name = (line["alert_id"], line.get("recipient", {}).get("code", ""))
            if name not in newest or line["revision"] >= newest[name]["revision"]:
                newest[name] = line
    children: dict[str, list[Line]] = {}
    for line in newest.values():
        if line["status"] not in _ENDS:
            children.setdefault(line["alert_id"].split(".", 1)[0], []).append(line)
    for cards in children.values():
        cards.sort(key=_press)
    return sorted(children.values(), key=lambda cards: _press(cards[0]))


def shown_by_child(children: list[list[Line]], *, sensitive: bool) -> Iterator[Text]:
    """What to print: a heading for each child, then its alerts, numbered through."""
    from rich.text import Text

    from safeguarding.cli.shown import shown
    from safeguarding.cli.words import child_key

    number = 0
    for cards in children:
        yield Text(f"child {child_key(cards[0])}: {len(cards)} open", "bold")
        for line in cards:
            number += 1
            for n, text in enumerate(shown(line, sensitive=sensitive)):
                yield Text(f"{number:>3} " if n == 0 else "    ").append_text(text)
    if not children:
        yield Text("nothing is open")


def command(words: str, children: list[list[Line]], audience: str) -> dict[str, Any] | str:
    """The answer that somebody typed, as an argument list for `respond.answer`, or what is wrong with it.

    Args:
        words: such as ``d 2 known to the team``.
        children: what is shown.
        audience: whose it is.
    """
    key, _, rest = words.strip().partition(" ")
    number, _, text = rest.strip().partition(" ")
    cards = [line for group in children for line in group]
    if key not in _VERBS or not number.isdigit() or not 1 <= int(number) <= len(cards):
        return HELP
    if key == "d" and not text.strip():
        return "a dismissal says why: d 2 reason"
    reason, outcome = (text.strip(), None) if key == "d" else (None, text.strip() or None)
    alert = cards[int(number) - 1]["alert_id"]
    agency = AGENCY_OF.get(audience, audience)
    return {"alert_id": alert, "verb": _VERBS[key], "agency": agency, "reason": reason, "outcome": outcome}


def converse(settings: Settings, audience: str, *, sensitive: bool) -> None:
    """Show, ask, answer, and again, until somebody leaves."""
    from rich.console import Console

    from safeguarding.cli.respond import answer, now, send
    from safeguarding.errors import SafeguardingError

    console = Console(highlight=False, markup=False, emoji=False)
    while True:
        children = standing(open_lines(settings, audience))
        console.print(*shown_by_child(children, sensitive=sensitive), sep="\n")
        typed = console.input(f"[{audience}] {HELP}: ", markup=False)
        if typed.strip() == "q":
            return
        if not typed.strip():
            continue
        asked = command(typed, children, audience)
        if isinstance(asked, str):
            console.print(asked)
            continue
        try:
            console.print(send(settings, answer(**asked, at=now()), wait=30.0))
        except SafeguardingError as problem:
            console.print(str(problem))


def open_lines(settings: Settings, audience: str) -> Iterator[Line]:
    """Everything that an audience has been sent until now."""
    from safeguarding.cli.lines import lines_of_record
    from safeguarding.cli.reader import TopicReader
    from safeguarding.wire.topics import audience_topic

    reader = TopicReader(settings, [audience_topic(audience)], from_start=True, patient=False)
    try:
        for records in reader.until_end():
            for record in records:
                yield from lines_of_record(record)
    finally:
        reader.close()


def _press(line: Line) -> tuple[int, str]:
    return _URGENCIES.index(line["urgency"]), line["at"]
