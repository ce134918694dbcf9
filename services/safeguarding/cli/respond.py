"""`safeguarding respond`: an agency's answer to an alert it was told of, as an event of its own."""

from __future__ import annotations

import sys
from enum import StrEnum
from time import time
from typing import Annotated, Any
from uuid import uuid4

import typer

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
    from safeguarding.errors import SafeguardingError
    from safeguarding.producers.client import Publisher
    from safeguarding.producers.receipts import Receipts
    from safeguarding.settings import Settings
    from safeguarding.wire.topics import agency_topic

    known_agency(agency, records=False)
    if verb is Verb.DISMISS and not reason:
        raise typer.BadParameter("a dismissal says why: --reason")
    event, settings = answer(alert_id, verb.value, agency, reason=reason, outcome=outcome, at=_moment(at)), Settings()
    with Receipts(settings, [agency], patience=wait) as receipts:
        with Publisher(settings, say=lambda line: print(line, file=sys.stderr)) as publisher:  # noqa: T201
            publisher.publish(event)
            publisher.flush()
            place = publisher.offsets[agency_topic(agency)]
        if not wait:
            print(f"sent: event {event['id']}")  # noqa: T201  # the output
            return
        receipt = receipts.wait(agency_topic(agency), place)
    words = " ".join(filter(None, (receipt["status"], receipt["code"], receipt["field"])))
    if receipt["status"] in ("rejected", "held"):
        raise SafeguardingError(f"the answer does not count: {words}; {agency} may answer what it was told, by its id")
    print(f"{words}: event {event['id']}")  # noqa: T201  # the output


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


def _moment(at: str | None) -> str:
    from safeguarding.events.times import parse_instant, rfc3339

    try:
        return rfc3339(parse_instant(at) if at else int(time() * 1000))
    except ValueError as problem:
        raise typer.BadParameter(f"--at: {problem}, such as 2017-11-10T12:00:00+00:00") from None
