"""What a report is asked: as of when, for which days, in which zone, for whose things."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, and_, func, true

from metrics_service.reports.instants import day_end, day_start, invalid

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

GroupBy = Literal["source", "owner", "month"]


@dataclass(frozen=True)
class Question:
    """``first_day`` and ``last_day`` are inclusive; ``owners`` is the caller's data scope.

    ``owners`` of ``None`` means everybody's. ``minimum_sample`` is the smallest denominator for
    which a rate is shown (R-27).
    """

    as_of: datetime
    zone: ZoneInfo
    minimum_sample: int = 5
    base_currency: str = "CNY"
    first_day: date | None = None
    last_day: date | None = None
    owners: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise invalid(
                "from", "EMPTY_PERIOD", f"from {self.first_day} lies after to {self.last_day}."
            )

    def within(self, owners: frozenset[str] | None) -> Question:
        """The same question, answered from what these people own; ``None``: from everything."""
        return replace(self, owners=owners)

    def period(self, instant: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that an instant lies in the days asked for."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.first_day is not None:
            conditions.append(instant >= day_start(self.first_day, self.zone))
        if self.last_day is not None:
            conditions.append(instant < day_end(self.last_day, self.zone))
        return and_(*conditions)

    def visible(self, owner: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition that the caller may see what this person owns."""
        return true() if self.owners is None else owner.in_(sorted(self.owners))

    def month(self, instant: ColumnElement[Any]) -> ColumnElement[str]:
        """The month of an instant in the zone, like ``2026-03``."""
        return func.to_char(func.timezone(self.zone.key, instant), "YYYY-MM")
