"""`safeguarding identity decide`, `merge` and `separate`: a person's word on who is who, as an event of the hub."""

from __future__ import annotations

import json
import sys
from time import time
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from safeguarding.cli.identity_log import Effect, Known
    from safeguarding.identity.look import Look
    from safeguarding.settings import Settings

_KEY = "00000000-0000-5000-8000-000000000001"
EXAMPLE_DECIDE = f"Example: safeguarding identity decide 5b0e6c0a/c1 {_KEY} --who 'J. Hale' --why 'the GP confirmed it'"
EXAMPLE_MERGE = "Example: safeguarding identity merge KEY OTHER --who 'J. Hale' --why 'one child under two names'"
EXAMPLE_SEPARATE = "Example: safeguarding identity separate KEY OTHER --who 'J. Hale' --why 'cousins of one name'"

Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of a person.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="Key of the other.")]
Who = Annotated[str, typer.Option(help="Who decides, as your agency knows you.")]
Why = Annotated[str, typer.Option(help="What you found out, in a sentence.")]
Record = Annotated[str | None, typer.Option(help="Your agency's own reference of the decision.")]
Yes = Annotated[bool, typer.Option("--yes", help="Send without asking.")]
At = Annotated[str | None, typer.Option(help="When it was decided; now, if not given.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for the receipt; 0: do not wait.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object: what it changes, and its receipt.")]


def decide(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="A question as `list` names it.")],
    who: Who,
    why: Why,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="Key of the person who is meant.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Nobody who is known: a new person.")] = False,
    record: Record = None,
    at: At = None,
    yes: Yes = False,
    wait: Wait = 30.0,
    as_json: Json = False,
) -> None:
    """Say whom a held event means. What it would change is shown first; the event then flows in its own time."""
    from safeguarding.cli.identity_ask import the_question
    from safeguarding.errors import SafeguardingError

    if (key is None) is not new:
        raise typer.BadParameter("say whom it means: the KEY of a person, or --new")
    item = the_question(question, answered=True)
    if item is None or item.ref is None:
        raise SafeguardingError(
            "no person is in doubt there: the event waits for a lawful basis, which an update brings"
        )
    if not item.open:
        print("answered before: this word replaces that one", file=sys.stderr)  # noqa: T201  # for the person
    data = {"event_agency": item.agency, "event_id": item.id, "ref": item.ref}
    _say("decided", [key] if key else [], data, _Words(who, why, record), at, yes=yes, wait=wait, as_json=as_json)


def merge(
    key: Key, other: Other, who: Who, why: Why, record: Record = None, at: At = None,
    yes: Yes = False, wait: Wait = 30.0, as_json: Json = False,
) -> None:  # fmt: skip
    """Say that two people are one: histories, alerts and notices become what they would have been from the start."""
    _say("merged", [key, other], {}, _Words(who, why, record), at, yes=yes, wait=wait, as_json=as_json)


def separate(
    key: Key, other: Other, who: Who, why: Why, record: Record = None, at: At = None,
    yes: Yes = False, wait: Wait = 30.0, as_json: Json = False,
) -> None:  # fmt: skip
    """Undo a merge: two people who were one are two again, and whoever was told is told otherwise."""
    _say("separated", [key, other], {}, _Words(who, why, record), at, yes=yes, wait=wait, as_json=as_json)


class _Words:
    """Who says it, why, and under which reference."""

    def __init__(self, who: str, why: str, record: str | None) -> None:
        if not who.strip() or not why.strip():
            raise typer.BadParameter("a decision says who and why: --who, --why")
        self.summary, self.record = f"{who.strip()}: {why.strip()}", record


def act(
    what: str, people: list[tuple[str, str]], data: dict[str, Any], *, summary: str, record: str | None, at: str
) -> dict[str, Any]:
    """A word on who is who, as an event of the hub in the contract's JSON form; it names people by their keys only.

    Args:
        what: decided, merged or separated.
        people: role and key of each.
        data: of a decision: the held person.
        summary: who says it and why.
        record: the hub's own reference of it.
        at: when, RFC 3339.
    """
    named = [
        {"ref": f"p{n}", "role": role, "identifiers": {"agency_ref": key}} for n, (role, key) in enumerate(people, 1)
    ]
    return {
        "type": f"hub.identity.{what}",
        "id": str(uuid4()),
        "action": "new",
        "agency": "hub",
        "occurred_at": at,
        "published_at": at,
        "people": named,
        "basis": "children_act_2004_s10",
        "summary": summary,
        "data": data,
    } | ({"record_ref": record} if record else {})


def _say(
    what: str, keys: list[str], data: dict[str, Any], words: _Words, at: str | None,
    *, yes: bool, wait: float, as_json: bool,
) -> None:  # fmt: skip
    """Show what a word would change, ask, send it, and wait for its receipt."""
    from safeguarding.cli.identity_log import known
    from safeguarding.errors import SafeguardingError
    from safeguarding.settings import Settings

    settings = Settings()
    with known(settings) as log:
        people = [(_role(log, key), key) for key in keys]
        idle = None if what == "decided" else needless(log.look, what, *keys)
        if idle is not None:
            raise SafeguardingError(f"{idle}: nothing was sent")
        event = act(what, people, data, summary=words.summary, record=words.record, at=_moment(at, log, settings))
        effect = log.would(event)
    if effect.status != "accepted":
        code = " ".join(filter(None, (effect.status, effect.code, effect.field)))
        raise SafeguardingError(f"it would be {code}: nothing was sent; see `safeguarding identity show`")
    for line in effect_lines(effect):
        print(line, file=sys.stderr)  # noqa: T201  # for the person who decides
    if not yes and not _confirmed():
        raise SafeguardingError("nothing was sent; add --yes to send it")
    receipt = _send(settings, event, wait)
    if as_json:
        print(json.dumps({"kind": "effect", **effect._asdict(), "event": event["id"], "receipt": receipt}))  # noqa: T201
    else:
        print(f"{receipt or 'sent'}: event {event['id']}")  # noqa: T201  # the output
    if receipt not in (None, "accepted"):
        raise SafeguardingError(f"it does not count: {receipt}; the log has moved on, look again")


def effect_lines(effect: Effect) -> list[str]:
    """What a word would change, for a person who is about to say it."""
    told = [f"{key}: its history is told anew, {count} events" for key, count in effect.told.items() if count]
    told += [f"{key}: nothing is left of it, what was told is taken back" for key, n in effect.told.items() if not n]
    told += [f"{key}: goes on as {other}" for key, other in effect.moved.items()]
    asked = [f"questions answered: {effect.closed}, asked: {effect.opened}"] if effect.closed or effect.opened else []
    return [*(told or ["no child's history changes"]), *asked]


def needless(look: Look, what: str, one: str, other: str) -> str | None:
    """Why a merge or a separation would change nothing; None: it would not be idle.

    Args:
        look: what is known of people.
        what: merged or separated.
        one: key of a person.
        other: key of the other.
    """
    joined = look.members(one)[:1] == look.members(other)[:1]
    if one == other:
        return "that is one key twice"
    if joined is (what == "merged"):
        return "they are one already" if joined else "they are not joined, there is no merge to undo"
    return None


def _role(log: Known, key: str) -> str:
    from safeguarding.errors import SafeguardingError

    if not log.look.members(key):
        raise SafeguardingError(f"{key} is nobody's key; see `safeguarding identity show`")
    seen = log.look.sightings(key)
    return str(seen[-1].person["role"]) if seen else "child"


def _confirmed() -> bool:
    return sys.stdin.isatty() and typer.confirm("Send it?", err=True)


def _send(settings: Settings, event: dict[str, Any], wait: float) -> str | None:
    """What the receipt says, or None when it was not waited for."""
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.receipts import Receipts
    from safeguarding.wire.topics import agency_topic

    topic = agency_topic("hub")
    with Receipts(settings, ["hub"], patience=wait) as receipts:
        with Publisher(settings, say=lambda line: print(line, file=sys.stderr)) as publisher:  # noqa: T201
            publisher.publish(event)
            publisher.flush()
            place = publisher.offsets[topic]
        if not wait:
            return None
        receipt = receipts.wait(topic, place)
    return " ".join(filter(None, (receipt["status"], receipt["code"], receipt["field"])))


def _moment(at: str | None, log: Known, settings: Settings) -> str:
    """When it is decided: as given, or now on the pipeline's clock."""
    from safeguarding.events.times import parse_instant, rfc3339

    try:
        now = log.clock if settings.clock == "events" else int(time() * 1000)
        return rfc3339(parse_instant(at) if at else now)
    except ValueError as problem:
        raise typer.BadParameter(f"--at: {problem}") from None
