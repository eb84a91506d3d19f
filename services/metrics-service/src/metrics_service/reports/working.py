"""Working time between instants, as an expression of the database.

The calendar in force is laid out as intervals with running sums and given to the statement, so
that millions of rows are counted where they are, and a calendar that changes needs no rebuild.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import Grouping

from metrics_service.read_models.approvals import approval_spans
from opentas_shared.domain.time import utc_now
from opentas_shared.organisation.calendars import calendar_of
from opentas_shared.organisation.timeline import FIRST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

MICROSECONDS = 1_000_000.0
MICROSECONDS_PER_HOUR = 3_600_000_000.0
_EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)


class WorkingTime:
    """The organisation's calendar for the time of all approvals."""

    def __init__(self, connection: Connection) -> None:
        now = utc_now()
        first = connection.scalar(select(func.min(approval_spans.c.submitted_at)))
        years = calendar_of(connection).years(max(first or now, _EARLIEST), now)
        self._starts = _array("starts", years.starts)
        self._ends = _array("ends", years.ends)
        self._before = _array("before", years.before)

    def hours(self, start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[float]:
        """The hours worked between two instants; null when one of them is."""
        return (self._worked(end) - self._worked(start)) / MICROSECONDS_PER_HOUR

    def _worked(self, instant: ColumnElement[Any]) -> ColumnElement[float]:
        """The microseconds worked until an instant: whole numbers, so that sums are exact."""
        at = func.round(func.date_part("epoch", instant) * MICROSECONDS)
        place = func.width_bucket(at, self._starts)
        worked = self._before[place] + func.least(at, self._ends[place]) - self._starts[place]
        return case((place == 0, 0.0), else_=worked)


def _array(name: str, microseconds: Sequence[int]) -> Any:
    """One parameter of a statement, however often it is used."""
    return Grouping(
        bindparam(f"working_{name}", [float(each) for each in microseconds], ARRAY(Float(53)))
    )
