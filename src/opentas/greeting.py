"""What ``opentas up`` tells a newcomer: what runs, where, and how to make the first call."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from opentas.product import Product
from opentas.token import UnknownPerson, holder_of, signed
from opentas_shared.runtime.settings import SharedSettings


def greet(product: Product, settings: SharedSettings, url: str, where: str) -> None:
    """Print the addresses, where the data lies, and in development mode a token and a call."""
    typer.echo(f"\nOpenTAS runs at {url}\n")
    for part in product.parts:
        typer.echo(f"  {part.service.title:<22} {url}/{part.service.name}/docs")
    typer.echo(f"\n  Data       {where}")
    typer.echo(f"  Transport  {'Kafka' if product.kafka else 'direct (no broker)'}")
    if settings.mode == "development":
        approval = product.part("approval-service").resources
        try:
            with approval.database.read() as connection:
                token = signed(settings, holder_of(connection, "admin"))
        except UnknownPerson:
            typer.echo(f"\nA token:  {_command()} token --user ID")
        else:
            typer.echo("\nTry it in another terminal (the token is for the user admin):\n")
            typer.echo(f"TOKEN={token}")
            typer.echo(f'curl -H "Authorization: Bearer $TOKEN" {url}/v1/leads')
            typer.echo(f"\nA token for somebody else:  {_command()} token --user chen.jing")
    typer.echo("Ctrl-C stops everything.")
    sys.stdout.flush()


def _command() -> str:
    """How the reader calls this program."""
    program = Path(sys.argv[0])
    try:
        return str(program.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(program)
