"""The `safeguarding` command: one verb per file."""

from __future__ import annotations

import os
import signal
import sys

import typer

from safeguarding.errors import SafeguardingError


def _app() -> typer.Typer:
    from safeguarding.cli import (
        activate,
        backtest,
        check,
        chronology,
        demo,
        disclosures,
        explain,
        identity,
        log,
        outbox,
        publish,
        quarantine,
        rebuild,
        respond,
        rules,
        simulate,
        stand_in,
        status,
        topics,
        watch,
        who_would_see,
        worker,
    )

    app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
    app.command(epilog=demo.EXAMPLE)(demo.demo)
    app.command(epilog=simulate.EXAMPLE)(simulate.simulate)
    app.command(epilog=explain.EXAMPLE)(explain.explain)
    app.command(epilog=backtest.EXAMPLE)(backtest.backtest)
    app.command(epilog=chronology.EXAMPLE)(chronology.chronology)
    app.command(epilog=check.EXAMPLE)(check.check)
    app.command(epilog=publish.EXAMPLE)(publish.publish)
    app.command(epilog=rebuild.EXAMPLE)(rebuild.rebuild)
    app.command(epilog=respond.EXAMPLE)(respond.respond)
    app.command("stand-in", epilog=stand_in.EXAMPLE)(stand_in.stand_in)
    app.command(epilog=status.EXAMPLE)(status.status)
    app.command(epilog=watch.EXAMPLE)(watch.watch)
    app.command("who-would-see", epilog=who_would_see.EXAMPLE)(who_would_see.who_would_see)
    app.command(epilog=worker.EXAMPLE)(worker.worker)
    app.add_typer(disclosures.app, name="disclosures")
    app.add_typer(identity.app, name="identity")
    app.add_typer(topics.app, name="topics")
    app.add_typer(log.app, name="log")
    rules.app.command(epilog=activate.EXAMPLE)(activate.activate)
    app.add_typer(rules.app, name="rules")
    app.add_typer(outbox.app, name="outbox")
    app.add_typer(quarantine.app, name="quarantine")

    @app.callback()
    def _about() -> None:
        """Joins what agencies see of a child, and tells exactly those who may know."""

    return app


def main() -> None:
    """Run the command; what went wrong is one line that says what to do."""
    works = sys.argv[1:2] == ["worker"]
    # stopped from outside: as clean as Ctrl-C; but an exception may be swallowed in the middle of an import
    signal.signal(signal.SIGTERM, _leave if works else signal.default_int_handler)
    try:
        _app()()
    except SafeguardingError as problem:
        print(f"safeguarding: {problem}", file=sys.stderr)  # noqa: T201  # the one line
        raise SystemExit(1) from None
    except ValueError as problem:
        if getattr(problem, "title", None) != "Settings":
            raise
        print(f"safeguarding: {_setting(problem)}", file=sys.stderr)  # noqa: T201  # the one line
        raise SystemExit(1) from None


def _leave(*_: object) -> None:
    """End a worker that has not begun; the runtime has a better way as soon as there is something to end."""
    os._exit(0)


def _setting(problem: ValueError) -> str:
    """Which variable cannot be worked with, and why."""
    fault = problem.errors(include_url=False)[0]  # type: ignore[attr-defined]  # pydantic's, which starts slowly
    return f"SAFEGUARDING_{str(fault['loc'][0]).upper()}: {fault['msg']}"
