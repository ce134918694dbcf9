"""`safeguarding identity list` and `show`: what waits, and what a person needs to answer it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from safeguarding.cli.review import Item

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Sensitive = Annotated[bool, typer.Option("--show-sensitive", help="Show names, numbers, dates and addresses.")]


def list_(
    agency: Annotated[str | None, typer.Option(help="Only what this agency sent.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Answered questions too.")] = False,
    as_json: Json = False,
) -> None:
    """List the questions that wait for a person, the oldest first; keys and reasons, no values."""
    from safeguarding.cli.event_files import known_agency
    from safeguarding.cli.identity_shown import in_a_line, line_of

    known_agency(agency, records=False)
    found = [item for item in review() if (every or item.open) and agency in (None, item.agency)]
    for item in found:
        print(json.dumps(line_of(item)) if as_json else in_a_line(item))  # noqa: T201  # the output
    if not found:
        print("nothing waits for a person", file=sys.stderr)  # noqa: T201  # the answer, and no object


def show(
    what: Annotated[
        str, typer.Argument(metavar="QUESTION|KEY", help="A question as `list` names it, its beginning, or a key.")
    ],
    show_sensitive: Sensitive = False,
    rank: Annotated[bool, typer.Option("--rank", help="Order candidates with Splink; it decides nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Show a question and who may be meant: what agrees and what differs; or one person by key."""
    from safeguarding.cli.identity_log import known
    from safeguarding.cli.identity_shown import card_of, person_lines, question_lines, question_of
    from safeguarding.errors import SafeguardingError
    from safeguarding.settings import Settings

    item = the_question(what, or_key=True)
    with known(Settings()) as log:
        if item is None:
            if not log.look.members(what):
                raise SafeguardingError(f"nothing waits under that name, and it is nobody's key: {NAMES}")
            shown = card_of(log.look, what, sensitive=show_sensitive)
            lines = person_lines(shown)
        else:
            shown = question_of(log.look, item, sensitive=show_sensitive)
            if rank:
                from safeguarding.cli.identity_rank import ranked

                shown["candidates"] = ranked(log.look, item, shown["candidates"])
            lines = question_lines(shown)
    for line in [json.dumps(shown, ensure_ascii=False)] if as_json else lines:
        print(line)  # noqa: T201  # the output


NAMES = "see `safeguarding identity list`"


def review() -> list[Item]:
    """All questions, as they stand on Kafka now."""
    from safeguarding.cli.identity_log import read
    from safeguarding.cli.review import items
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import REVIEW

    (records,) = read(Settings(), REVIEW)
    return items(records)


def the_question(wanted: str, *, or_key: bool = False, answered: bool = False) -> Item | None:
    """The one question that somebody means, which is open or, where that is fine too, answered.

    None: there is none, where a key may be meant as well.

    Raises:
        SafeguardingError: there is none, or more than one.
    """
    from safeguarding.cli.review import meant
    from safeguarding.errors import SafeguardingError

    found = meant(review(), wanted, answered=answered)
    if len(found) > 1:
        names: list[Any] = [item.name for item in found[:5]]
        raise SafeguardingError(f"{len(found)} questions begin like that, such as {', '.join(names)}: say which")
    if not found and not or_key:
        raise SafeguardingError(f"nothing waits under that name: {NAMES}")
    return found[0] if found else None
