"""What a newcomer can look at after the story."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from opentas.demo.people import People, Person

WIDTH = 100
PATIENCE_SECONDS = 30.0


def say(people: People) -> None:
    """Print the funnel, the conversion, who has something to decide, and where to look."""
    console = Console(width=WIDTH)
    reader = people.importer
    funnel = _complete(reader)
    console.print(_funnel(funnel))
    rate = funnel["win_rate"]["value"]
    console.print(
        f"{funnel['opened']} opportunities: {funnel['open']} open, {funnel['won']} won, "
        f"{funnel['lost']} lost" + ("" if rate is None else f", win rate {rate:.0%}")
    )
    conversion = reader.get("/v1/metrics/lead-conversion")["total"]
    console.print(f"{conversion['leads']} leads, {conversion['converted']} of them converted\n")
    _where(people.url)


def _complete(reader: Person) -> dict[str, Any]:
    """The funnel, once everything has arrived in it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        funnel = reader.get("/v1/metrics/funnel")
        if funnel["age_seconds"] == 0 or time.monotonic() > deadline:
            return funnel
        time.sleep(0.1)


def _funnel(funnel: dict[str, Any]) -> Table:
    table = Table("Stage", box=box.SIMPLE_HEAD)
    for title in ("reached", "open", "open amount CNY", "weighted CNY", "days p50"):
        table.add_column(title, justify="right")
    for stage in funnel["stages"]:
        weighted, days = stage["weighted_amount"], stage["duration_days"]["p50"]
        table.add_row(
            stage["stage"],
            str(stage["reached_count"]),
            str(stage["open_count"]),
            _yuan(stage["open_amount"]),
            _yuan(weighted) if weighted else "",
            "" if days is None else f"{days:.1f}",
        )
    return table


def _yuan(money: dict[str, Any]) -> str:
    return f"{money['amount_minor'] / 100:,.0f}"


def _where(url: str) -> None:
    past = (date.today() - timedelta(days=90)).isoformat()
    typer.echo("Look at it (the token is for the sales director, who has approvals to decide):\n")
    typer.echo("  TOKEN=$(.venv/bin/opentas token --user zhao.min)")
    for path, what in (
        ("/v1/tasks?box=pending", "what waits for her decision"),
        ("/v1/opportunities?status=OPEN", "the open opportunities"),
        ("/v1/metrics/funnel?group_by=owner", "the funnel per owner"),
        (f"/v1/metrics/funnel?as_of={past}", "the funnel as it was on that day"),
        ("/v1/metrics/lead-conversion?group_by=source", "which sources bring deals"),
        ("/v1/metrics/approvals", "how long approvals take"),
    ):
        typer.echo(f'  curl -sH "Authorization: Bearer $TOKEN" "{url}{path}"   # {what}')
    typer.echo(f"\nEverything else: {url}/")
