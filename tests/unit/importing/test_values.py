"""Times and amounts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from opentas.importing.mapping import Amount
from opentas.importing.problems import BadRow
from opentas.importing.rows import Row
from opentas.importing.values import amount_of, instant, minor_units

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2018-02-26 19:58:54", None, datetime(2018, 2, 26, 18, 58, 54, tzinfo=UTC)),
        ("2018-07-01", None, datetime(2018, 6, 30, 22, tzinfo=UTC)),
        (
            "2011-10-01T00:38:44.546+02:00",
            None,
            datetime(2011, 9, 30, 22, 38, 44, 546000, tzinfo=UTC),
        ),
        ("2018-02-26T19:58:54Z", None, datetime(2018, 2, 26, 19, 58, 54, tzinfo=UTC)),
        ("26.02.2018 19:58", "%d.%m.%Y %H:%M", datetime(2018, 2, 26, 18, 58, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_one_of_the_mapping(
    text: str, pattern: str | None, expected: datetime
) -> None:
    assert instant(text, "at", AMSTERDAM, pattern) == expected


@pytest.mark.parametrize("text", ["yesterday", "2018-02-30", "0001-01-01T00:00:00+02:00"])
def test_what_is_no_time_is_a_bad_row(text: str) -> None:
    with pytest.raises(BadRow, match=r"^at is no time of ISO 8601: "):
        instant(text, "at", AMSTERDAM, None)


def test_amounts_are_minor_units_of_their_currency() -> None:
    assert minor_units("20000", "amount", "EUR") == 2_000_000
    assert minor_units("0.0", "amount", "EUR") == 0
    assert minor_units("12.5", "amount", "EUR") == 1250
    assert minor_units("12", "amount", "JPY") == 12


@pytest.mark.parametrize("text", ["x", "-1", "NaN", "1e30", "0.001", "Infinity"])
def test_what_is_no_amount_is_a_bad_row(text: str) -> None:
    with pytest.raises(BadRow, match=r"^amount "):
        minor_units(text, "amount", "EUR")


def test_an_amount_may_be_unknown() -> None:
    amount = Amount(column="a", currency="EUR", rate="7.80", none_for=("50000000.0",))
    assert amount_of(Row(1, (), {"a": ""}), amount) is None
    assert amount_of(Row(1, (), {"a": "50000000.0"}), amount) is None
    assert amount_of(Row(1, (), {"a": "1"}), None) is None
    assert amount_of(Row(1, (), {"a": "1"}), amount) == {
        "amount_minor": 100,
        "currency": "EUR",
        "rate": "7.80",
    }
