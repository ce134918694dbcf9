"""Where an export keeps what every event has, and the event that one of its rows becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from safeguarding.errors import Refused
from safeguarding.producers.rows import YES_NO, Codes, Row, coded, coded_if, event_id, kept, moment, need, text, whole


class Layout(NamedTuple):
    """Where an export keeps what every event has: names of columns, the system's time formats and code lists.

    Attributes:
        agency: whose export it is.
        kind: what kind of record a row is.
        ref: the system's own number of the record, the same in every export.
        version: counts the saved versions of a record, 1 first; empty reads as 1.
        deleted: ``Y`` when the record was withdrawn.
        case: reference that ties records of one case together.
        occurred: when it happened.
        recorded: when staff saved it; may be empty.
        summary: free text.
        basis: lawful basis for sharing, in the words of `bases`.
        informed: whether the family knows, in the words of `informs`.
        test: ``Y`` on a training record.
        source: system or organisation inside the agency; may be empty.
        voice: columns of seen, seen alone, words and demeanour of the child.
        flags: column to the sensitivity that a ``Y`` in it means.
        time_form: how the system writes times, on a clock in Europe/London.
        day_form: how the system writes dates.
        bases: the system's codes of lawful bases.
        informs: the system's codes for `family_informed`.
    """

    agency: str
    kind: str
    ref: str
    version: str
    deleted: str
    case: str
    occurred: str
    recorded: str
    summary: str
    basis: str
    informed: str
    test: str
    source: str
    voice: tuple[str, str, str, str]
    flags: Mapping[str, str]
    time_form: str
    day_form: str
    bases: Codes
    informs: Codes


class Kind(NamedTuple):
    """One kind of record of an export.

    Attributes:
        type: the event type it becomes.
        data: the typed fields, from the row.
    """

    type: str
    data: Callable[[Row], dict[str, Any]]


def build(row: Row, layout: Layout, kinds: Mapping[str, Kind], people: Callable[[Row], list[Any]]) -> dict[str, Any]:
    """An event in the contract's JSON form from one row.

    A later version of a record corrects its first one; a withdrawn record takes it back.

    Args:
        row: one record of the export.
        layout: where the export keeps what every event has.
        kinds: what the export's kinds of record become.
        people: who a row is about.

    Raises:
        Refused: code and column of the first fault, never what stands in it.
    """
    name = need(row, layout.kind)
    kind = coded(row, layout.kind, kinds)
    ref, version = need(row, layout.ref), whole(row, layout.version) or 1
    withdrawn = coded_if(row, layout.deleted, YES_NO)
    action = "delete" if withdrawn else "update" if version > 1 else "new"
    saved = f"{version} withdrawn" if withdrawn else str(version)
    occurred = moment(row, layout.occurred, layout.time_form)
    if occurred is None:
        raise Refused("MISSING_FIELD", layout.occurred)
    seen, alone, words, demeanour = layout.voice
    return {
        "type": kind.type,
        "id": event_id(layout.agency, name, ref, saved),
        "action": action,
        "supersedes": None if action == "new" else event_id(layout.agency, name, ref),
        "agency": layout.agency,
        "record_ref": ref,
        "occurred_at": occurred,
        "people": people(row),
        "data": kind.data(row),
        **kept(
            case_ref=text(row, layout.case),
            source=text(row, layout.source),
            recorded_at=moment(row, layout.recorded, layout.time_form),
            sensitivity=[word for column, word in layout.flags.items() if coded_if(row, column, YES_NO)],
            basis=coded_if(row, layout.basis, layout.bases),
            family_informed=coded_if(row, layout.informed, layout.informs),
            voice=kept(
                seen=coded_if(row, seen, YES_NO),
                alone=coded_if(row, alone, YES_NO),
                words=text(row, words),
                demeanour=text(row, demeanour),
            ),
            summary=text(row, layout.summary),
            test=coded_if(row, layout.test, YES_NO) or None,
        ),
    }
