"""``opentas``: one file per topic; this one only puts them together."""

from __future__ import annotations

import typer

from opentas import deadletters, migrate, organisation, processes, rebuild, token, topics, up
from opentas.docs import command as docs
from opentas.importing import command as importing

app = typer.Typer(
    name="opentas",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="OpenTAS: leads, opportunities, TAS approvals and metrics, event-sourced.",
)
app.command()(up.up)
app.command()(token.token)
app.add_typer(organisation.app, name="org")
app.add_typer(importing.app, name="import")
app.command()(migrate.migrate)
app.add_typer(topics.app, name="topics")
app.add_typer(deadletters.app, name="dlq")
app.command()(rebuild.rebuild)
app.command()(docs.docs)
app.command()(processes.api)
app.command()(processes.worker)


def main() -> None:
    """The console script."""
    app()
