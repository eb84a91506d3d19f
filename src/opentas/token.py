"""``opentas token --user NAME``: a development token for a person of the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from approval_service.read_models.organisation import people
from opentas.databases import database_of, server
from opentas.folder import data_folder
from opentas.services import service
from opentas_shared.runtime.settings import SharedSettings, load_settings
from opentas_shared.web.auth import SCOPES
from opentas_shared.web.keys import sign_development_token


class UnknownPerson(Exception):
    """The organisation has no active person with this id; the message names some who are."""


@dataclass(frozen=True)
class Holder:
    """Whom a token is for; posts count as roles."""

    user: str
    roles: tuple[str, ...]
    name: str = ""
    department: str = ""


def token(
    user: Annotated[str, typer.Option(help="Id of a person of the organisation, e.g. admin.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="A role instead of the person's own; may be repeated."),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="A scope instead of all; may be repeated.")
    ] = None,
    hours: Annotated[float, typer.Option(min=0.01, help="How long it is valid.")] = 12,
) -> None:
    """Print a token that the development mode of this data folder trusts."""
    unknown = sorted(set(scope or ()) - SCOPES.keys())
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is no scope; there are {', '.join(SCOPES)}")
    folder = data_folder()
    settings = load_settings(SharedSettings, data_dir=folder)
    if settings.mode != "development":
        typer.echo("In production mode only the identity provider gives tokens.", err=True)
        raise typer.Exit(1)
    try:
        holder = Holder(user, tuple(role)) if role else _registered(folder, user)
    except UnknownPerson as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(signed(settings, holder, scope, timedelta(hours=hours)))


def signed(
    settings: SharedSettings,
    holder: Holder,
    scopes: list[str] | None = None,
    lifetime: timedelta = timedelta(hours=12),
) -> str:
    """The token itself."""
    return sign_development_token(
        settings,
        holder.user,
        roles=holder.roles,
        scopes=scopes or tuple(SCOPES),
        name=holder.name,
        department=holder.department,
        lifetime=lifetime,
    )


def holder_of(connection: Connection, user: str) -> Holder:
    """The person as the organisation directory knows it; ``UnknownPerson``."""
    active = select(people).where(people.c.active).order_by(people.c.created_at, people.c.id)
    try:
        known = {row.id: row for row in connection.execute(active)}
    except SQLAlchemyError:
        known = {}
    if user not in known:
        there = f"There are {', '.join(list(known)[:30])}." if known else "It is empty: make run."
        raise UnknownPerson(f"The organisation has no active person {user}. {there}")
    row = known[user]
    roles = tuple(sorted({*row.posts, *row.roles}))
    return Holder(user, roles, row.name, row.department_id or "")


def _registered(folder: Path, user: str) -> Holder:
    with server(folder) as address:
        database = database_of(service("approval"), folder, address)
        try:
            with database.read() as connection:
                return holder_of(connection, user)
        except SQLAlchemyError:
            raise UnknownPerson(
                "The organisation is empty: start the product once (make run)."
            ) from None
        finally:
            database.close()
