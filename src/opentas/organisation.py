"""``opentas org import FILE``: departments and people, read from a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
    outcome,
)
from approval_service.configuration.organisation_file import OrganisationFile, demonstration, parse
from approval_service.domain.organisation.errors import OrganisationInvalid
from approval_service.read_models.organisation import people
from opentas.databases import create_and_migrate, database_of, server
from opentas.folder import data_folder
from opentas.services import service
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.unit_of_work import UnitOfWork

app = typer.Typer(no_args_is_help=True, help="The organisation: departments and people.")


@app.callback()
def organisation() -> None:
    """The organisation: departments and people."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Load departments and people from a YAML or JSON file; a second time changes nothing."""
    try:
        content = parse(file.read_bytes())
        with _approval_service() as (executor, _):
            counts = load(executor, content)
    except OrganisationInvalid as error:
        typer.echo(error.detail, err=True)
        for violation in error.violations:
            typer.echo(f"  {violation.pointer or ''} {violation.detail}", err=True)
        raise typer.Exit(1) from None
    for kind, count in counts.items():
        typer.echo(
            f"{kind}: {count['in_file']} in the file, {count['registered']} registered, "
            f"{count['changed']} changed"
        )


@app.command("demonstration")
def import_demonstration() -> None:
    """Load the demonstration organisation where nobody is registered yet, as `up` does."""
    with _approval_service() as (executor, database):
        loaded = load_demonstration(executor, database)
    typer.echo(f"{loaded} people registered" if loaded else "There is an organisation already.")


@contextmanager
def _approval_service() -> Iterator[tuple[Executor, Database]]:
    """An executor on the database of the approval-service, which owns the directory."""
    owner = service("approval")
    with server(data_folder()) as address:
        create_and_migrate([owner], data_folder(), address)
        database = database_of(owner, data_folder(), address)
        executor = Executor(database, owner.projections)
        executor.start()
        try:
            yield executor, database
        finally:
            executor.stop()
            database.close()


def load(executor: Executor, content: OrganisationFile) -> dict[str, Any]:
    """Bring the directory to what the file says; what was registered and changed."""
    context = Context(actor="system:organisation-import")

    def unit(work: UnitOfWork) -> dict[str, Any]:
        import_organisation(ImportOrganisation(content, Moment.now()), work)
        return outcome(content, work)

    return executor.submit(unit, context).result()


def load_demonstration(executor: Executor, database: Database) -> int:
    """Load the demonstration organisation where nobody is registered yet; how many it has."""
    with database.read() as connection:
        if connection.scalar(select(func.count()).select_from(people)):
            return 0
    content = demonstration()
    load(executor, content)
    return len(content.people)
