"""Rates that are honest about their sample, and medians that carry their own number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, cast, extract, func

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

SECONDS_PER_DAY = 86_400.0
SECONDS_PER_HOUR = 3_600.0


def rate(numerator: int, denominator: int, minimum_sample: int) -> dict[str, Any]:
    """A share between 0 and 1; below the minimum sample its value is null (R-27)."""
    if denominator < max(minimum_sample, 1):
        return {
            "value": None,
            "numerator": numerator,
            "denominator": denominator,
            "reason": "BELOW_MINIMUM_SAMPLE",
        }
    return {
        "value": numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        "reason": None,
    }


def no_next_stage(reached: int) -> dict[str, Any]:
    """The conversion rate of the last stage: there is nothing that it could convert to."""
    return {"value": None, "numerator": None, "denominator": reached, "reason": "LAST_STAGE"}


def duration(
    start: ColumnElement[Any], end: ColumnElement[Any], unit: float = SECONDS_PER_DAY
) -> ColumnElement[float]:
    """Elapsed time in fractional days, or in another unit given in seconds."""
    return cast(extract("epoch", end - start), Float(53)) / unit


def medians(
    name: str, value: ColumnElement[float], where: ColumnElement[bool] | None = None
) -> list[ColumnElement[Any]]:
    """Columns with number, median and 90th percentile (linear interpolation) of a value."""
    counted = func.count(value)
    half = func.percentile_cont(0.5).within_group(value)
    most = func.percentile_cont(0.9).within_group(value)
    columns = (
        (counted, half, most)
        if where is None
        else (counted.filter(where), half.filter(where), most.filter(where))
    )
    return [
        column.label(f"{name}_{suffix}")
        for column, suffix in zip(columns, ("n", "p50", "p90"), strict=True)
    ]


def medians_of(row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    """The columns of ``medians`` as they stand in an answer; null percentiles for n = 0."""
    return {suffix: row[f"{name}_{suffix}"] for suffix in ("n", "p50", "p90")}


NO_MEDIANS: Mapping[str, Any] = {"n": 0, "p50": None, "p90": None}
