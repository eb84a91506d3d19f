"""Rates, days and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from metrics_service.reports.instants import as_of_instant, day_end, day_start, zone_of
from metrics_service.reports.question import Question
from metrics_service.reports.rates import rate
from opentas_shared.web.refusals import RequestInvalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_minimum_sample_itself_is_enough() -> None:
    assert rate(1, 5, 5)["value"] == 0.2
    below = rate(1, 4, 5)
    assert (below["value"], below["reason"]) == (None, "BELOW_MINIMUM_SAMPLE")
    assert rate(0, 0, 1)["value"] is None


def test_a_date_ends_with_the_day_of_the_zone() -> None:
    ends = datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert as_of_instant("2026-03-31", SHANGHAI, NOW) == ends
    assert as_of_instant("2026-03-31T18:00:00+02:00", SHANGHAI, NOW) == ends
    assert as_of_instant("2026-03-31T18:00:00 02:00", SHANGHAI, NOW) == ends
    assert as_of_instant(None, SHANGHAI, NOW) == NOW


def test_days_with_a_change_of_the_clock_have_23_and_25_hours() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    lengths = [day_end(day, BERLIN) - day_start(day, BERLIN) for day in (spring, autumn)]
    assert [length.total_seconds() / 3600 for length in lengths] == [23, 25]


@pytest.mark.parametrize("text", ["", "2026", "2026-13-01", "2026-01-01T00:00", "now"])
def test_what_is_neither_date_nor_instant_is_refused(text: str) -> None:
    with pytest.raises(RequestInvalid):
        as_of_instant(text, SHANGHAI, NOW)


def test_zones() -> None:
    assert zone_of(None, SHANGHAI) is SHANGHAI
    assert zone_of("Europe/Berlin", SHANGHAI) == BERLIN
    with pytest.raises(RequestInvalid):
        zone_of("../etc/passwd", SHANGHAI)


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(RequestInvalid):
        Question(NOW, BERLIN, first_day=date(2026, 1, 2), last_day=date(2026, 1, 1))
