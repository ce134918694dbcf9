"""`safeguarding identity`: the questions that wait for a person, and the words that answer them (people.md)."""

from __future__ import annotations

import typer

from safeguarding.cli import identity_act, identity_ask, identity_report

app = typer.Typer(no_args_is_help=True, help="Who is who: what waits for a person, and what a person decides.")
app.command("list", epilog="Example: safeguarding identity list --agency police")(identity_ask.list_)
app.command(epilog="Example: safeguarding identity show 5b0e6c0a/c1 --show-sensitive")(identity_ask.show)
app.command(epilog=identity_act.EXAMPLE_DECIDE)(identity_act.decide)
app.command(epilog=identity_act.EXAMPLE_MERGE)(identity_act.merge)
app.command(epilog=identity_act.EXAMPLE_SEPARATE)(identity_act.separate)
app.command(epilog="Example: safeguarding identity report --json")(identity_report.report)
