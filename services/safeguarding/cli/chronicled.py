"""A chronology as text and as CSV: date, who, what, how grave; the child's voice before anything else that was said."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from safeguarding.cli.harmless import harmless
from safeguarding.cli.words import DO, child_whole, counted, in_words, local_day, local_time, spoken, what_happened

Entry = dict[str, Any]
COLUMNS: Final = ("date", "time", "agency", "source", "what", "significance", "voice", "account", "mark", "reference")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Row:
    """One entry in words.

    Args:
        entry: from `inquiry.chronology`.

    Attributes:
        when: local date and time.
        who: agency, or who was told.
        what: what happened.
        significance: how grave, or how urgent.
        voice: the child's words; empty.
        account: the agency's own words, or what the pipeline said.
        mark: tipping point, corrected, withdrawn, correction, history; empty.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.when = local_time(entry["at"])
        self.voice = spoken(entry["voice"]) if entry.get("voice") else ""
        describe = {"event": self._event, "alert": self._alert, "notice": self._notice}
        self.who, self.what, self.significance, self.account, self.mark = describe[entry["kind"]]()

    def _event(self) -> tuple[str, str, str, str, str]:
        entry = self.entry
        shown = {name: value for name, value in entry["details"].items() if name != "level"}  # the significance says it
        details = ", ".join(f"{in_words(name)} {_value(value)}" for name, value in shown.items())
        what = what_happened(entry["type"]) if entry["type"] else "an entry"
        via = " (through an adult of the family)" if entry.get("via_adult") else ""
        corrected = entry.get("corrected")
        if corrected:
            how = "replaced" if corrected["how"] == "replaced" else "withdrawn"
            mark = f"{how} by its sender on {local_day(corrected['at'])}"
        else:
            mark = "correction of an earlier entry" if entry["corrects"] else "history" if entry["history"] else ""
        told = f"{what}{via}: {details}" if details else f"{what}{via}"
        return entry["agency"], told, entry["significance"] or "", harmless(entry.get("summary") or ""), mark

    def _alert(self) -> tuple[str, str, str, str, str]:
        entry = self.entry
        ended = entry["ended"]
        over = f" {entry['status'].capitalize()} {local_day(ended['at'])}: {ended['reason']}." if ended else ""
        number = len(entry["because"])
        account = f"{entry['words']} Rested on {number} {'entry' if number == 1 else 'entries'}.{harmless(over)}"
        withdrawn = f"withdrawn on {local_day(ended['at'])}" if entry["status"] == "withdrawn" else ""
        mark = "tipping point" if entry["tipping_point"] else withdrawn
        return "rule", f"{entry['rule']} fired", entry["urgency"], account, mark

    def _notice(self) -> tuple[str, str, str, str, str]:
        entry = self.entry
        parts = [entry["what"], f"Grade {entry['grade']}." if entry.get("grade") else ""]
        parts += [f"Signs: {'; '.join(entry['signs'])}." if entry.get("signs") else ""]
        parts += [f"{counted(entry['counts'])}." if entry.get("counts") else ""]
        parts += [f"To do: {DO[entry['to_do']]}." if entry["to_do"] != "none" else ""]
        mark = "withdrawn" if entry["status"] == "withdrawn" else ""
        account = harmless(" ".join(filter(None, parts)))
        return "hub", f"{entry['rule']}, {entry['status']}", entry["urgency"], account, mark

    @property
    def source(self) -> str:
        """Where exactly it comes from: the system, and the agency's own reference."""
        source, record = self.entry.get("source"), self.entry.get("record")
        named = [] if source in (None, self.entry.get("agency")) else [source]
        return harmless(" ".join([*named, *([record] if record else [])]))


def headline(answer: Entry) -> str:
    """Whom it is about, as far as the reader may know."""
    return child_whole(answer["child"]) if answer["child"] else f"child {answer['key'][:8]}"


def text(answer: Entry) -> Iterator[str]:
    """The chronology for a terminal."""
    reader = answer["audience"] + (f" {answer['recipient']}" if answer["recipient"] else "")
    yield f"Chronology of {headline(answer)}, as {reader} may read it, as of {local_time(answer['as_of'])}"
    for row in map(Row, answer["entries"]):
        mark = f"  [{row.mark}]" if row.mark else ""
        yield ""
        yield f"{row.when[:16]}  {row.who:<10} {row.what}{f'  ({row.significance})' if row.significance else ''}{mark}"
        for label, words in (("voice", row.voice), ("account", row.account), ("source", row.source)):
            if words:
                yield f"{'':<18}{label:<9}{words}"
    if not answer["entries"]:
        yield "nothing that this reader may hold"


def table(answer: Entry) -> str:
    """The chronology as CSV; a cell never begins as a formula does."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in map(Row, answer["entries"]):
        cells = [row.when[:10], row.when[11:16], row.who, row.source, row.what, row.significance, row.voice]
        writer.writerow([_cell(cell) for cell in [*cells, row.account, row.mark, row.entry["ref"]]])
    return out.getvalue()


def _cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{in_words(harmless(name))} {_value(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(map(_value, value))
    words = harmless(str(value))
    return (
        local_time(words) if len(words) > 18 and words[10:11] == "T" and words[4:5] == "-" else words.replace("_", " ")
    )
