"""What the demo says at its end: every record accounted for, agency by agency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from safeguarding.cli.demo_board import FATES, Board


def summary(board: Board, seconds: float, to_john: float | None) -> Iterator[Table | Text]:
    """The closing account.

    Args:
        board: what happened.
        seconds: how long the demo took.
        to_john: seconds from its beginning to John's alert, None: it did not come.
    """
    yield Text("Every record that an agency sent, and what became of it", "bold")
    yield _account(board)
    rules = Counter(alert["rule"]["id"] for alert in board.alerts.values())
    yield _total("alerts", len(board.alerts), rules, f" in {board.revisions} revisions")
    yield _total("notices", sum(board.told.values()), board.told)
    disclosed: Counter[str] = Counter()
    for (status, _), number in board.disclosed.items():
        disclosed[status] += number
    yield _total("disclosures", sum(disclosed.values()), disclosed, " recorded")
    doubts = Counter(line["reason"].replace("_", " ") for line in board.doubts)
    yield _total("for a person", len(board.doubts), doubts, " questions of identity or basis")
    yield _total("overdue", len(board.overdue), Counter(a["rule"]["id"] for a in board.overdue), " still open")
    yield Text.assemble(("John's alert  ", "dim"), "not reached" if to_john is None else f"after {to_john:.1f} s",
                        ("    the whole demo  ", "dim"), f"{seconds:.0f} s")  # fmt: skip
    if board.reconciles:
        yield Text(
            "✓ sent = accepted + duplicate + test + held + rejected, and every notice has its disclosure record",
            "green",
        )
    else:
        yield Text("✗ it does not add up: some records are in no state, or in two", "bold red")


def _account(board: Board) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("agency")
    for name in ("sent", *FATES, ""):
        table.add_column(name, justify="right")
    total: Counter[str] = Counter()
    for agency, traffic in board.agencies.items():
        table.add_row(agency, *_numbers(traffic.sent, traffic.fates))
        total += traffic.fates
    table.add_section()
    table.add_row("all", *_numbers(sum(t.sent for t in board.agencies.values()), total), style="bold")
    return table


def _numbers(sent: int, fates: Counter[str]) -> list[str]:
    return [f"{sent:,}", *(f"{fates[fate]:,}" for fate in FATES), "✓" if sent == sum(fates.values()) else "✗"]


def _total(label: str, number: int, parts: Counter[str], words: str = "") -> Text:
    told = ", ".join(f"{part} {n}" for part, n in parts.most_common())
    return Text.assemble((f"{label:<14}", "dim"), f"{number:,}{words}", (f": {told}" if told else "", "dim"))
