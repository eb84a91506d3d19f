"""Which working calendar counts, from a connection or from the rows of a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from opentas_shared.organisation.calendar import BUILT_IN, WorkingCalendar
from opentas_shared.organisation.plans import calendar_from
from opentas_shared.organisation.queries import departments_upwards, one, selected
from opentas_shared.organisation.tables import directory_calendars

if TYPE_CHECKING:
    from opentas_shared.organisation.queries import Source


def calendar_of(source: Source, calendar_id: str | None = None) -> WorkingCalendar:
    """The calendar with this id, else the default one of the organisation.

    Asia/Shanghai, Monday to Friday, 09:00 to 18:00 less an hour at noon, where none was loaded.
    """
    if calendar_id is not None:
        row = one(source, directory_calendars, calendar_id=calendar_id)
        if row is not None:
            return calendar_from(row["plan"])
    columns = directory_calendars.c
    default = select(columns.plan).order_by(columns.is_default.desc(), columns.calendar_id).limit(1)
    found = selected(source, default)
    return calendar_from(found[0]["plan"]) if found else BUILT_IN


def calendar_for_person(source: Source, person_id: str) -> WorkingCalendar:
    """The calendar that the person's department names or inherits, else the default one."""
    named = (branch.calendar_id for branch in departments_upwards(source, person_id))
    return calendar_of(source, next(filter(None, named), None))
