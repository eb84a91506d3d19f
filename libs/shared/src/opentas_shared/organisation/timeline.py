"""The working intervals of a calendar on the line of time, with running sums to search in.

All numbers are microseconds; instants count from 1970 in UTC, so that arithmetic is exact and
does not know of summer time. The years that are asked for are laid out once and kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
FIRST_YEAR, LAST_YEAR = 1900, 2199


class BeyondCalendar(ValueError):
    """A working time that ends outside the years 1900 to 2199."""

    def __init__(self) -> None:
        super().__init__(f"working time is known for the years {FIRST_YEAR} to {LAST_YEAR} only")


class Years(NamedTuple):
    """The intervals of successive years; ``before[i]`` was worked ahead of the i-th."""

    first: int
    last: int
    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    total: int

    def worked(self, at: int) -> int:
        """What was worked from the first of these years until an instant."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]


class Timeline:
    """Where ``hours_of`` a local date, in minutes of the local clock, lie in time."""

    def __init__(self, hours_of: Callable[[date], Iterable[tuple[int, int]]], zone: ZoneInfo):
        self._hours_of = hours_of
        self._zone = zone
        self._laid_out: dict[int, list[tuple[int, int]]] = {}
        self._years = Years(0, -1, (), (), (), 0)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """What is worked from ``start`` to ``end``, negative in the other direction."""
        years = self.around(start, end)
        return timedelta(microseconds=years.worked(_instant(end)) - years.worked(_instant(start)))

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant with so much worked since ``start``, the last one when negative."""
        wanted = duration // MICROSECOND
        if not wanted:
            return start.astimezone(UTC)
        years = self.around(start, start)
        target = years.worked(_instant(start)) + wanted
        while not 0 <= target <= years.total - (wanted < 0):
            grown = self._grown(years, backward=target < 0)
            if target < 0:
                target += grown.total - years.total
            years = grown
        if wanted > 0:
            index = bisect_left(years.before, target) - 1
        else:
            index = bisect_right(years.before, target) - 1
        at = years.starts[index] + target - years.before[index]
        return EPOCH + timedelta(microseconds=at)

    def covers(self, at: datetime) -> bool:
        """Whether the instant lies in an interval; the end of an interval does not."""
        years = self.around(at, at)
        index = bisect_right(years.starts, _instant(at)) - 1
        return index >= 0 and _instant(at) < years.ends[index]

    def around(self, start: datetime, end: datetime) -> Years:
        """The years of both instants, and one more on each side."""
        first, last = sorted((start.year, end.year))
        years = self._years
        if years.first <= first - 1 and last + 1 <= years.last:
            return years
        if years.starts:
            first, last = min(first, years.first + 1), max(last, years.last - 1)
        return self._lay_out(first - 1, last + 1)

    def _grown(self, years: Years, *, backward: bool) -> Years:
        """Twice as many years, up to the limit."""
        length = years.last - years.first + 1
        first, last = years.first, years.last
        if backward:
            first = max(first - length, FIRST_YEAR - 1)
        else:
            last = min(last + length, LAST_YEAR + 1)
        if (first, last) == (years.first, years.last):
            raise BeyondCalendar
        return self._lay_out(first, last)

    def _lay_out(self, first: int, last: int) -> Years:
        """The sums over these years, which later questions find; safe between threads."""
        if first < FIRST_YEAR - 1 or last > LAST_YEAR + 1:
            raise BeyondCalendar
        intervals: list[tuple[int, int]] = []
        for year in range(first, last + 1):
            if year not in self._laid_out:
                self._laid_out[year] = list(self._of_year(year))
            intervals += self._laid_out[year]
        intervals.sort()
        starts = [start for start, _ in intervals]
        ends = [end for _, end in intervals]
        sums = list(accumulate((end - start for start, end in intervals), initial=0))
        self._years = Years(first, last, starts, ends, sums[:-1], sums[-1])
        return self._years

    def _of_year(self, year: int) -> Iterator[tuple[int, int]]:
        day = date(year, 1, 1)
        while day.year == year:
            hours = self._hours_of(day)
            if hours:
                yield from self._of_day(day, hours)
            day += timedelta(days=1)

    def _of_day(self, day: date, hours: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        midnight = (day.toordinal() - EPOCH.toordinal()) * DAY
        for start, end, offset in self._offsets(midnight - DAY, midnight + 2 * DAY):
            for opens, closes in hours:
                opened = max(midnight + opens * MINUTE - offset, start)
                closed = min(midnight + closes * MINUTE - offset, end)
                if opened < closed:
                    yield opened, closed

    def _offsets(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The stretches of the same distance to UTC; there is at most one change in days."""
        before, after = self._offset(start), self._offset(end)
        if before == after:
            yield start, end, before
            return
        change = bisect_left(
            range(start, end, MINUTE // 60), True, key=lambda at: self._offset(at) != before
        )
        changed = start + change * (MINUTE // 60)
        yield start, changed, before
        yield changed, end, after

    def _offset(self, at: int) -> int:
        there = (EPOCH + timedelta(microseconds=at)).astimezone(self._zone)
        offset = there.utcoffset()
        assert offset is not None
        return offset // MICROSECOND


def _instant(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
