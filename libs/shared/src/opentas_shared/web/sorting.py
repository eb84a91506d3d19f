"""Sort orders: parsed from ``sort=-updated_at,name``, and the keyset conditions they make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Label, UnaryExpression, and_, false, or_, tuple_

from opentas_shared.domain.errors import Violation
from opentas_shared.web.refusals import RequestInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping


@dataclass(frozen=True)
class Term:
    """One column of an order. Nulls come last whichever way it runs."""

    name: str
    column: ColumnElement[Any]
    descending: bool

    @cached_property
    def nullable(self) -> bool:
        """Whether the column can be null; an expression can."""
        return bool(getattr(self.column, "nullable", True)) and not getattr(
            self.column, "primary_key", False
        )

    @property
    def labelled(self) -> Label[Any]:
        """The column under a name that no other column of the statement has."""
        return self.column.label(f"sort_{self.name}")

    def parse(self, value: Any) -> Any:
        """A value of the column from its JSON form."""
        if value is None:
            return None
        return TypeAdapter(self.column.type.python_type).validate_python(value)

    def ordered(self, *, backward: bool) -> UnaryExpression[Any]:
        """The ORDER BY element."""
        clause = self.column.desc() if self.descending != backward else self.column.asc()
        if not self.nullable:
            return clause
        return clause.nulls_first() if backward else clause.nulls_last()

    def equals(self, value: Any) -> ColumnElement[bool]:
        """The column has this value."""
        return self.column.is_(None) if value is None else self.column == value

    def beyond(self, value: Any, *, backward: bool) -> ColumnElement[bool]:
        """The column lies strictly further in reading direction than the value."""
        if value is None:
            return self.column.is_not(None) if backward else false()
        further: ColumnElement[bool] = (
            self.column < value if self.descending != backward else self.column > value
        )
        if self.nullable and not backward:
            return or_(further, self.column.is_(None))
        return further


def parse_sort(
    sort: str, allowed: Mapping[str, ColumnElement[Any]], key: ColumnElement[Any]
) -> list[Term]:
    """The order of ``-updated_at,name``, made total by ``key`` in the last term's direction."""
    terms: list[Term] = []
    for part in sort.split(","):
        name = part.strip().removeprefix("-")
        if name not in allowed:
            detail = f"Sort by {', '.join(allowed)}; {name!r} is not among them."
            raise RequestInvalid(
                detail, violations=[Violation("UNKNOWN_SORT", detail, parameter="sort")]
            )
        terms.append(Term(name, allowed[name], part.strip().startswith("-")))
    terms.append(Term("key", key, terms[-1].descending))
    return terms


def ordering(order: Sequence[Term], *, backward: bool) -> list[UnaryExpression[Any]]:
    """The ORDER BY of a page read forward, or backward from its end."""
    return [term.ordered(backward=backward) for term in order]


def restricted(
    order: Sequence[Term], values: Sequence[Any], *, backward: bool
) -> ColumnElement[bool]:
    """Only rows strictly beyond ``values``; one index range where the order allows it."""
    uniform = len({term.descending for term in order}) == 1
    if uniform and not any(term.nullable for term in order):
        here = tuple_(*(term.column for term in order))
        there = tuple_(*values)
        return here < there if order[0].descending != backward else here > there
    steps = []
    for index, term in enumerate(order):
        equal = [t.equals(v) for t, v in zip(order[:index], values[:index], strict=True)]
        steps.append(and_(*equal, term.beyond(values[index], backward=backward)))
    return or_(*steps)


def values_of(order: Sequence[Term], row: RowMapping) -> tuple[Any, ...]:
    """The sort values of a row read with the ``labelled`` columns."""
    return tuple(row[f"sort_{term.name}"] for term in order)
