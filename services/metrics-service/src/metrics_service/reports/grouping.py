"""Totals and groups in one pass over the facts, so that the groups always add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select, tuple_

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select


def totals_and_groups(
    key: ColumnElement[str] | None,
    others: list[ColumnElement[Any]],
    measures: list[ColumnElement[Any]],
) -> Select[Any]:
    """A select of measures for each of ``others``, over everything and, with a key, per key.

    Its rows have ``is_total``, ``key``, the other columns and the measures.
    """
    columns: list[ColumnElement[Any]]
    if key is None:
        columns = [literal(1).label("is_total"), literal("").label("key")]
        return select(*columns, *others, *measures).group_by(*others)
    sets = func.grouping_sets(tuple_(key, *others), tuple_(*others)) if others else func.rollup(key)
    columns = [func.grouping(key).label("is_total"), key.label("key")]
    return select(*columns, *others, *measures).group_by(sets).order_by("is_total", "key")
