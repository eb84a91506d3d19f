"""Typed filters of lists, and the text search ``q=``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

S = TypeVar("S", bound=Select[Any])


def narrowed(
    statement: S,
    *,
    equal: Mapping[ColumnElement[Any], Any] | None = None,
    at_least: Mapping[ColumnElement[Any], Any] | None = None,
    below: Mapping[ColumnElement[Any], Any] | None = None,
) -> S:
    """The statement with those filters that the caller gave; ``None`` means not given.

    ``equal`` takes one value or a list of which one must match; ``at_least`` is ``_gte``,
    ``below`` is ``_lt``.
    """
    for column, value in (equal or {}).items():
        if isinstance(value, (list, tuple, set, frozenset)):
            if value:
                statement = statement.where(column.in_(value))
        elif value is not None:
            statement = statement.where(column == value)
    for column, value in (at_least or {}).items():
        if value is not None:
            statement = statement.where(column >= value)
    for column, value in (below or {}).items():
        if value is not None:
            statement = statement.where(column < value)
    return statement


def searched(statement: S, q: str | None, *columns: ColumnElement[Any]) -> S:
    """Only rows where each word of ``q`` occurs in one of the columns, whatever its case."""
    for word in (q or "").split():
        statement = statement.where(or_(*(c.icontains(word, autoescape=True) for c in columns)))
    return statement


def owned_by(statement: S, owner: ColumnElement[Any], visible: Collection[str] | None) -> S:
    """Only rows whose owner the caller may see; ``None`` means all (see ``web.scope``)."""
    if visible is None:
        return statement
    return statement.where(owner.in_(sorted(visible)))
