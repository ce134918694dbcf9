"""`safeguarding respond`: an agency's answer to an alert it was told of, as an event of its own."""

from __future__ import annotations

import sys
from enum import StrEnum
from time import time
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from safeguarding.settings import Settings

EXAMPLE = "Example: safeguarding respond ALERT_ID dismiss --agency hub --reason 'known to the team, plan in place'"
_PAST = {"acknowledge": "acknowledged", "action": "actioned", "dismiss": "dismissed"}


class Verb(StrEnum):
    """What an agency does with an alert."""

    ACKNOWLEDGE = "acknowledge"
    ACTION = "action"
    DISMISS = "dismiss"


def respond(
    alert_id: Annotated[str, typer.Argument(help="The alert, as `watch` shows it with --json.")],
    verb: Annotated[Verb, typer.Argument(help="What was done with it.")],
    agency: Annotated[str, typer.Option(help="Who answers; an agency answers what one of its own was told.")],
    reason: Annotated[str | None, typer.Option(help="Why; a dismissal needs it.")] = None,
    outcome: Annotated[str | None, typer.Option(help="What was done, in plain words.")] = None,
    at: Annotated[str | None, typer.Option(help="When; now, if not given.")] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the receipt; 0: do not wait.")] = 30.0,
) -> None:
    """Acknowledge, action or dismiss an alert. Exit code 0 when the answer counts, 1 when it is refused."""
    from safeguarding.cli.event_files import known_agency
    from safeguarding.settings import Settings

    known_agency(agency, records=False)
    if verb is Verb.DISMISS and not reason:
        raise typer.BadParameter("a dismissal says why: --reason")
    moment = now() if at is None else _moment(at)
    event = answer(alert_id, verb.value, agency, reason=reason, outcome=outcome, at=moment)
    print(send(Settings(), event, wait=wait))  # noqa: T201  # the output


def send(settings: Settings, event: dict[str, Any], *, wait: float) -> str:
    """Publish an answer and say what became of it, in a line.

    Args:
        settings: where Kafka is.
        event: from `answer`.
        wait: seconds to wait for its receipt; 0: do not.

    Raises:
        SafeguardingError: it does not count; the text says why.
    """
    from safeguarding.errors import SafeguardingError
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.receipts import Receipts
    from safeguarding.wire.topics import agency_topic

    topic = agency_topic(event["agency"])
    with Receipts(settings, [event["agency"]], patience=wait) as receipts:
        with Publisher(settings, say=lambda line: print(line, file=sys.stderr)) as publisher:  # noqa: T201
            publisher.publish(event)
        if not wait:
            return f"sent: event {event['id']}"
        receipt = receipts.wait(topic, publisher.offsets[topic])
    words = " ".join(filter(None, (receipt["status"], receipt["code"], receipt["field"])))
    if receipt["status"] in ("rejected", "held"):
        raise SafeguardingError(f"the answer does not count: {words}; an agency answers what it was told, by its id")
    return f"{words}: event {event['id']}"


def answer(
    alert_id: str, verb: str, agency: str, *, reason: str | None, outcome: str | None, at: str
) -> dict[str, Any]:
    """The event of an answer, in the contract's JSON form.

    Args:
        alert_id: the alert that is answered.
        verb: acknowledge, action or dismiss.
        agency: who answers.
        reason: why.
        outcome: what was done.
        at: when, RFC 3339.
    """
    data = {"alert_id": alert_id, "reason": reason, "outcome": outcome}
    return {
        "type": f"{agency}.notification.{_PAST[verb]}",
        "id": str(uuid4()),
        "action": "new",
        "agency": agency,
        "occurred_at": at,
        "published_at": at,
        "people": [],
        "basis": "children_act_2004_s10",
        "data": {name: value for name, value in data.items() if value is not None},
    }


def now() -> str:
    """The time of this machine, RFC 3339."""
    from safeguarding.events.times import rfc3339

    return rfc3339(int(time() * 1000))


def _moment(at: str) -> str:
    from safeguarding.events.times import parse_instant, rfc3339

    try:
        return rfc3339(parse_instant(at))
    except ValueError as problem:
        raise typer.BadParameter(f"--at: {problem}, such as 2017-11-10T12:00:00+00:00") from None
