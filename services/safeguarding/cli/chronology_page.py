"""A chronology as one page of HTML that prints well: nothing to load, nothing to run, black on white."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any, Final

from safeguarding.cli.chronicled import Row, headline
from safeguarding.cli.words import local_day, local_time, what_happened
from safeguarding.routing.policy import THICK

_STYLE: Final = """
@page { size: A4 landscape; margin: 14mm 12mm 16mm;
  @top-left { content: "WHO"; font: 8pt sans-serif; color: #333; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@page :first { @top-left { content: none; } }
* { box-sizing: border-box; }
body { font: 10pt/1.4 "Source Sans 3", "DejaVu Sans", Arial, sans-serif; color: #111; margin: 0 auto; max-width: 277mm;
  padding: 8mm; }
h1 { font-size: 16pt; margin: 0 0 1mm; } h2 { font-size: 11pt; margin: 6mm 0 2mm; }
.head { border-bottom: 1.5pt solid #111; padding-bottom: 3mm; }
.head p { margin: 0; color: #333; }
.voices { border-left: 3pt solid #1d5e8a; padding: 1mm 0 1mm 4mm; margin: 0; }
.voices p { margin: 1mm 0; font-size: 11pt; } .voices small { color: #444; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
thead { display: table-header-group; }
th { text-align: left; border-bottom: 1pt solid #111; padding: 1mm 2mm; font-weight: 600; }
td { vertical-align: top; border-bottom: .4pt solid #bbb; padding: 1.4mm 2mm; overflow-wrap: anywhere; }
tr { break-inside: avoid; }
td:nth-child(-n+2) { white-space: nowrap; } td:nth-child(1) small { display: block; color: #555; }
.said { font-size: 10pt; margin: 0 0 .6mm; } .said::before { content: "The child: "; font-weight: 600; }
.account, .source { margin: 0; } .source { color: #555; font-size: 8pt; }
.mark { font-weight: 600; display: block; font-size: 8.5pt; }
tr.tipping td { background: #fff3d6; border-top: 1pt solid #a86400; border-bottom: 1pt solid #a86400; }
tr.tipping .mark::before { content: "\\25B2\\00A0"; }
tr.alert td { background: #f4f4f4; }
tr.gone .was { text-decoration: line-through; color: #555; }
.foot { margin-top: 5mm; font-size: 8.5pt; color: #333; border-top: .5pt solid #888; padding-top: 2mm; }
@media print { body { padding: 0; max-width: none; } td, tr { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
"""


def page(answer: dict[str, Any]) -> str:
    """The page.

    Args:
        answer: from `inquiry.chronology`.
    """
    rows = [Row(entry) for entry in answer["entries"]]
    reader = answer["audience"] + (f" {answer['recipient']}" if answer["recipient"] else "")
    title = f"Chronology: {headline(answer)}"
    style = _STYLE.replace("WHO", _in_css(title))
    body = "".join(_row(row) for row in rows) or '<tr><td colspan="5">Nothing that this reader may hold.</td></tr>'
    voices = _voices(rows, whole=answer["audience"] in THICK)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>'
        f'<div class="head"><h1>{escape(headline(answer))}</h1><p>Chronology as <b>{escape(reader)}</b> may read it, '
        f"as of {escape(local_time(answer['as_of'])[:16])}. About a child: keep it as you keep the child's file.</p>"
        "</div>"
        f"{voices}<h2>What happened</h2><table><thead><tr><th>Date</th><th>From</th><th>What</th>"
        f"<th>Significance</th><th>Said, and where it stands</th></tr></thead><tbody>{body}</tbody></table>"
        f'<div class="foot">{_sources(rows)}</div></body></html>\n'
    )


def _in_css(words: str) -> str:
    """Words inside a string of a style sheet: every sign that is no letter, digit or space as its number."""
    return "".join(sign if sign.isalnum() or sign in " ,:." else f"\\{ord(sign):06x}" for sign in words)


def _voices(rows: list[Row], *, whole: bool) -> str:
    """What the child said, before anything that others say; who holds a part cannot tell that there is no more."""
    said = [row for row in rows if row.voice]
    if not said:
        none = "Nobody has written down what the child said." if whole else "Nothing that this reader may hold."
        return f'<h2>What the child said</h2><p class="voices">{none}</p>'
    lines = [
        f"<p>{escape(row.voice)} <small>{escape(local_day(row.entry['at']))}, {escape(row.who)}</small></p>"
        for row in said
    ]
    return f'<h2>What the child said</h2><div class="voices">{"".join(lines)}</div>'


def _row(row: Row) -> str:
    entry = row.entry
    gone = bool(entry.get("corrected")) or entry.get("status") == "withdrawn"
    tipping = bool(entry.get("tipping_point"))
    kind = "tipping" if tipping else f"{entry['kind']}{' gone' if gone else ''}"
    mark = f'<span class="mark">{escape(row.mark[:1].upper() + row.mark[1:])}</span>' if row.mark else ""
    voice = f'<p class="said">{escape(row.voice)}</p>' if row.voice else ""
    account = f'<p class="account">{escape(row.account)}</p>' if row.account else ""
    source = f'<p class="source">{escape(row.source)}</p>' if row.source else ""
    when = f"{escape(local_day(entry['at']))}<small>{escape(row.when[11:16])}</small>"
    what = f'<span class="was">{escape(row.what)}</span>'
    cells = (when, escape(row.who), mark + what, escape(row.significance), voice + account + source)
    return f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _sources(rows: list[Row]) -> str:
    """Every source, and how much of it there is."""
    counts = Counter(row.who for row in rows if row.entry["kind"] == "event")
    sources = ", ".join(f"{escape(agency)} {number}" for agency, number in sorted(counts.items())) or "none"
    kinds = Counter(row.entry["type"] for row in rows if row.entry.get("type"))
    most = ", ".join(f"{escape(what_happened(kind))} {number}" for kind, number in kinds.most_common(5))
    return (
        f"Entries by source: {sources}. {f'Most often: {most}. ' if most else ''}"
        "A struck-out entry was replaced or withdrawn by its sender; what it said is not repeated. "
        "▲ marks where the history as a whole reached a rule's threshold: a candidate for a tipping point, which a "
        "person weighs."
    )
