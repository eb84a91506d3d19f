"""Which working calendar counts, from a connection or from the rows of a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, select

from opentas_shared.organisation.calendar import BUILT_IN, WorkingCalendar
from opentas_shared.organisation.plans import calendar_from
from opentas_shared.organisation.queries import departments_upwards, one, selected
from opentas_shared.organisation.tables import directory_calendars

if TYPE_CHECKING:
    from opentas_shared.organisation.queries import Source
    from opentas_shared.persistence.rows import Rows


def calendar_of(source: Source, calendar_id: str | None = None) -> WorkingCalendar:
    """The calendar with this id, else the default one of the organisation.

    Asia/Shanghai, Monday to Friday, 09:00 to 18:00 less an hour at noon, where none was loaded.
    """
    if calendar_id is not None:
        row = one(source, directory_calendars, calendar_id=calendar_id)
        if row is not None:
            return calendar_from(row["plan"])
    if isinstance(source, Connection):
        return _default(source)
    if source.batch not in _DEFAULTS:
        _DEFAULTS[source.batch] = _default(source)
    return _DEFAULTS[source.batch]


_DEFAULTS: WeakKeyDictionary[object, WorkingCalendar] = WeakKeyDictionary()
"""The default of each running transaction: its units ask for it with every limit of a task."""


def forget_default(rows: Rows) -> None:
    """A calendar changes in this transaction: what follows in it asks again."""
    _DEFAULTS.pop(rows.batch, None)


def _default(source: Source) -> WorkingCalendar:
    columns = directory_calendars.c
    default = select(columns.plan).order_by(columns.is_default.desc(), columns.calendar_id).limit(1)
    found = selected(source, default)
    return calendar_from(found[0]["plan"]) if found else BUILT_IN


def calendar_for_person(source: Source, person_id: str) -> WorkingCalendar:
    """The calendar that the person's department names or inherits, else the default one."""
    named = (branch.calendar_id for branch in departments_upwards(source, person_id))
    return calendar_of(source, next(filter(None, named), None))
