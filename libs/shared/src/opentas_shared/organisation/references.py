"""Whom a command names must exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from opentas_shared.domain.errors import UnknownReference
from opentas_shared.organisation.directory import directory_people, person

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def check_person(field: str, person_id: str, work: UnitOfWork) -> None:
    """Refuse (422) somebody whom the directory does not know.

    Oneself is always known, and everybody is while no organisation was loaded.
    """
    if person_id == work.context.actor or person(work.rows, person_id) is not None:
        return
    if work.rows.select(select(directory_people.c.person_id).limit(1)):
        raise UnknownReference(field, person_id)
