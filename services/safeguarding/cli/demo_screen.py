"""Draws the demo: agencies, the story, the thick alert beside the thin notices, what is overdue and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from safeguarding.cli.demo_board import ENDS, FATES
from safeguarding.cli.demo_stage import Stage
from safeguarding.cli.demo_story import AFTERWARDS, INTRODUCTION, Story
from safeguarding.cli.harmless import harmless
from safeguarding.cli.words import DO, child_name, counted, held_because, spoken, what_happened
from safeguarding.events.times import LONDON

DAYS: Final = 365
_BARS: Final = "▁▂▃▄▅▆▇█"
_URGENCY: Final = {"immediate": "bold red", "today": "bold yellow", "routine": "cyan"}
_WRAPS: Final = 2  # lines kept for the rule's words on a narrow screen
_ROWS: Final = 5  # of each list at the bottom
_QUIET: Final = "bright_black"
_WHO: Final = {"gp": "GP", "school-nurse": "School nurse", "health-visitor": "Health visitor", "school": "School"}

Line = dict[str, Any]


def screen(stage: Stage, now: float, width: int, height: int) -> Layout:
    """The whole screen.

    Args:
        stage: what to draw.
        now: the caller's seconds.
        width: columns of the terminal.
        height: rows of the terminal.
    """
    alert = stage.alert(now)
    root, top, middle, bottom = Layout(), Layout(size=11), Layout(), Layout(size=7)
    top.split_row(Layout(_agencies(stage, width)), Layout(_story(stage)))
    middle.split_row(Layout(_thick(alert, height - (14 if height < 30 else 21)), ratio=3),
                     Layout(_thin(stage, alert), ratio=2))  # fmt: skip
    bottom.split_row(Layout(_overdue(stage)), Layout(_waiting(stage)), Layout(_latest(stage)))
    rows = [Layout(_header(stage), size=1), top, middle, bottom, Layout(_footer(stage, width), size=1)]
    root.split_column(*(row for row in rows if row is not bottom or height >= 30))
    return root


def _header(stage: Stage) -> Table:
    row = Table.grid(expand=True, padding=(0, 1))
    row.add_column()
    row.add_column(ratio=1)
    row.add_column(justify="right")
    bar = ProgressBar(DAYS, min(stage.day, DAYS), style=_QUIET, complete_style="cyan", finished_style="cyan")
    names = Text("every name and number is invented", f"italic {_QUIET}")
    row.add_row(Text(f"{stage.today:%a} {stage.today.day:>2} {stage.today:%b %Y}", "bold"), bar, names)
    return row


def _agencies(stage: Stage, width: int) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False, header_style=_QUIET)
    table.add_column("agency", no_wrap=True)
    table.add_column("sent", justify="right", no_wrap=True)
    table.add_column("a week", justify="right", no_wrap=True)
    table.add_column("by week", no_wrap=True)
    if width >= 100:
        table.add_column("last", ratio=1, no_wrap=True, overflow="ellipsis")
    weeks = 12 if width >= 110 else 6
    for agency, traffic in stage.board.agencies.items():
        bars = Text(_sparkline(list(traffic.weeks)[-weeks:]), "cyan")
        last = what_happened(traffic.last_type)
        row: list[RenderableType] = [agency, f"{traffic.sent:,}", f"{traffic.a_week:,}", bars, last]
        table.add_row(*row[: len(table.columns)])
    return _panel(table, "Seven agencies send what they see")


def _sparkline(numbers: list[int]) -> str:
    top = max(numbers) or 1
    return "".join(_BARS[round(n / top * (len(_BARS) - 1))] if n else " " for n in numbers)


def _story(stage: Stage) -> Panel:
    story = stage.story
    if stage.afterwards:
        return _panel(Text(AFTERWARDS), "What you see", "cyan")
    if story is None:
        return _panel(Text(INTRODUCTION), "What you will see", "cyan")
    lines: list[RenderableType] = [_step(story, number) for number in range(len(story.steps))]
    lines.append(Text("\n" + (story.meaning if story.alerts else story.before), "bold" if story.alerts else ""))
    return _panel(Group(*lines), story.title, "cyan")


def _step(story: Story, number: int) -> Text:
    step = story.steps[number]
    when = _short_day(step.at) if step.at else ""
    text = Text.assemble(("● " if step.at else "○ ", "cyan" if step.at else _QUIET), f"{when:<8}", no_wrap=True)
    return text.append(step.words, "" if step.at else _QUIET)


def _thick(alert: Line | None, room: int) -> Panel:
    """The alert, the child's voice first; events that do not fit are counted."""
    title = "Thick: the whole alert"
    if alert is None:
        return _panel(Text("No alert yet. Each event is joined to the child's history as it comes.", _QUIET), title)
    head = Text.assemble((_whom(alert), "bold"), _age(alert), ", ", (alert["urgency"], _URGENCY[alert["urgency"]]))
    head.append(f", {alert['status']}, revision {alert['revision']}: {alert['rule']['id']}", _QUIET)
    lines = [head]
    if "voice" in alert:
        lines.append(Text(spoken(alert["voice"]), "italic bold"))
    lines.append(Text(harmless(alert["rule"]["words"])))
    told = ", ".join(_WHO.get(audience, audience) for audience in alert["audiences"])
    end = [Text.assemble(("told       ", _QUIET), told or "nobody"),
           Text.assemble(("ends when  ", _QUIET), alert["clears_when"])]  # fmt: skip
    lines += [*_evidence(alert, room - len(lines) - len(end) - _WRAPS), *end]
    title += ", for the hub" if "hub" in alert["audiences"] else ""
    return _panel(Group(*lines), title, "yellow" if alert["status"] not in ENDS else _QUIET)


def _evidence(alert: Line, room: int) -> list[Text]:
    """Every contributing event, with the agency's own words where there is room."""
    events = alert["because"]
    if 2 * len(events) <= room:
        return [line for event in events for line in (_because(event), _summary(event)) if line is not None]
    if len(events) <= max(room, 2):
        return [_because(event) for event in events]
    newest = events[1 - max(room, 2) :]
    return [Text(f"  {alert['because_count'] - len(newest)} earlier, and", _QUIET), *map(_because, newest)]


def _because(event: Line) -> Text:
    text = Text.assemble(("  • ", "yellow"), f"{_short_day(event['occurred_at']):<8}{event['agency']:<11}",
                         what_happened(event["type"]))  # fmt: skip
    return _one_line(text)


def _summary(event: Line) -> Text | None:
    return _one_line(Text(f"{'':<23}{harmless(event['summary'])}", "italic")) if event.get("summary") else None


def _thin(stage: Stage, alert: Line | None) -> RenderableType:
    """A card for each audience that was told of the alert, or will be."""
    title = "Thin: what others are told"
    if alert is None:
        return _panel(Text("Beside it: what a GP, a school nurse or a health visitor is told.", _QUIET), title)
    cards: list[RenderableType] = []
    for audience, notice in stage.board.notices.get(alert["alert_id"], {}).items():
        cards.append(_panel(_notice(notice), f"{_WHO.get(audience, audience)} {notice['recipient']['code']}", "green"))
    for (alert_id, audience), hold in stage.board.waiting.items():
        if alert_id == alert["alert_id"]:
            why = Text(held_because(hold["reason"]), "magenta")
            cards.append(_panel(why, f"{_WHO.get(audience, audience)}: waits", "magenta"))
    return Group(*cards) if cards else _panel(Text("Nobody else is told of this one.", _QUIET), title)


def _notice(notice: Line) -> RenderableType:
    lines = [Text(f"“{harmless(notice['voice'])}”", "italic")] if notice.get("voice") else []
    lines.append(Text(harmless(notice["what"])))
    does = [DO[notice["recipient_action"]]]
    does += [counted(notice["counts"])] if notice.get("counts") and "concerns" not in notice["what"] else []
    does += ["not for the online record"] if notice["handling"]["hide_from_patient_online"] else []
    lines.append(Text.assemble(("→ ", "green"), "; ".join(does)))
    return Group(*lines)


def _overdue(stage: Stage) -> Panel:
    rows = [_row(_short_day(a["opened_at"]), a["rule"]["id"], _whom(a)) for a in reversed(stage.board.overdue)]
    title = f"Did not happen: {len(rows)} overdue"
    return _panel(_first(rows, "Nothing is overdue."), title, "red" if rows else _QUIET)


def _waiting(stage: Stage) -> Panel:
    doubts, holds = reversed(stage.board.doubts), reversed(stage.board.waiting.items())
    rows = [_row(_short_day(doubt["at"]), doubt["agency"], held_because(doubt["reason"])) for doubt in doubts]
    rows += [_row("", f"notice to {audience}", held_because(hold["reason"])) for (_, audience), hold in holds]
    title = f"Held, for a person or a time: {len(rows)}"
    return _panel(_first(rows, "Nothing waits."), title, "magenta" if rows else _QUIET)


def _latest(stage: Stage) -> Panel:
    newest = list(stage.board.alerts.values())[: -_ROWS - 1 : -1]
    rows = [_row(_short_day(a["at"]), _whom(a), f"{a['rule']['id']} {a['status']}") for a in newest]
    return _panel(_first(rows, "None yet."), f"Latest of {len(stage.board.alerts)} alerts")


def _footer(stage: Stage, width: int) -> Table:
    board = stage.board
    sent = sum(traffic.sent for traffic in board.agencies.values())
    fates = [(fate, sum(traffic.fates[fate] for traffic in board.agencies.values())) for fate in FATES]
    row = Table.grid(expand=True)
    row.add_column(no_wrap=True)
    row.add_column(justify="right", no_wrap=True)
    words = Text(f"sent {sent:,} = " + " + ".join(f"{fate} {n:,}" for fate, n in fates))
    if width >= 110:
        words.append(f"   {sum(board.told.values()):,} notices", _QUIET)
    row.add_row(words, Text("Ctrl-C: stop and sum up" if width >= 110 else "", _QUIET))
    return row


def _one_line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _row(*cells: str) -> Text:
    first, second, third = cells
    text = Text(f"{first:<7}" if first else "", _QUIET, no_wrap=True, overflow="ellipsis")
    return text.append(harmless(second), "not dim default").append(f"  {harmless(third)}", _QUIET)


def _first(rows: Iterable[Text], otherwise: str) -> RenderableType:
    shown = list(rows)[:_ROWS]
    return Group(*shown) if shown else Text(otherwise, _QUIET)


def _panel(body: RenderableType, title: str, border: str = _QUIET) -> Panel:
    return Panel(body, title=Text(harmless(title), "bold"), title_align="left", border_style=border, padding=(0, 1))


def _short_day(at: str) -> str:
    moment = datetime.fromisoformat(at).astimezone(LONDON)
    return f"{moment.day:>2} {moment:%b}"


def _whom(alert: Line) -> str:
    return child_name(alert["child"]) if alert["child"] else "a case"


def _age(alert: Line) -> str:
    born = (alert["child"] or {}).get("date_of_birth")
    if born is None:
        return ""
    then, day = datetime.fromisoformat(alert["at"]).date(), date.fromisoformat(born)
    return f", {then.year - day.year - ((then.month, then.day) < (day.month, day.day))}"
