"""``opentas``: one file per topic; this one only puts them together."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

import typer

COMMANDS = {
    "up": "opentas.up:up",
    "token": "opentas.token:token",
    "import": "opentas.importing.command:app",
    "demo": "opentas.demo.command:demo",
    "org": "opentas.organisation:app",
    "migrate": "opentas.migrate:migrate",
    "topics": "opentas.topics:app",
    "dlq": "opentas.deadletters:app",
    "rebuild": "opentas.rebuild:rebuild",
    "docs": "opentas.docs.command:docs",
    "api": "opentas.processes:api",
    "worker": "opentas.processes:worker",
}
"""Where each command is; only those that are needed are imported, so that each starts quickly."""


def assemble(names: Iterable[str]) -> typer.Typer:
    """The command line with the commands of these names."""
    app = typer.Typer(
        name="opentas",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="OpenTAS: leads, opportunities, TAS approvals and metrics, event-sourced.",
    )
    app.callback()(_nothing)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _nothing() -> None:
    """Keep the name of a command in its place when it is the only one."""


def main() -> None:
    """The console script."""
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    assemble([named] if named in COMMANDS else COMMANDS)()
