"""How the opportunities are asked for: filters, sorts, the data scope, the single view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed, owned_by, searched
from opportunity_service.read_models.opportunities import opportunities

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

COLUMNS = opportunities.c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "opened_at": COLUMNS.opened_at,
    "updated_at": COLUMNS.updated_at,
    "stage_entered_at": COLUMNS.stage_entered_at,
    "expected_close_date": COLUMNS.expected_close_date,
    "base_amount": COLUMNS.base_amount_minor,
    "win_probability": COLUMNS.win_probability,
    "name": COLUMNS.name,
}
DEFAULT_SORT = "-opened_at"


@dataclass(frozen=True)
class OpportunityFilters:
    """What a list can be narrowed by; amounts are minor units of the base currency.

    ``source=""`` asks for opportunities of a blank source.
    """

    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    stage_model: str | None = None
    owner_id: str | None = None
    source: str | None = None
    lead_id: str | None = None
    customer_id: str | None = None
    amount_grade: str | None = None
    strategic_grade: str | None = None
    probability_grade: str | None = None
    tas_class: str | None = None
    partner_led: bool | None = None
    initiated: bool | None = None
    natural_key: str | None = None
    opened_at_gte: datetime | None = None
    opened_at_lt: datetime | None = None
    closed_at_gte: datetime | None = None
    closed_at_lt: datetime | None = None
    base_amount_minor_gte: int | None = None
    base_amount_minor_lt: int | None = None
    q: str | None = None


EQUAL = (
    "status",
    "stage",
    "stage_model",
    "owner_id",
    "source",
    "lead_id",
    "customer_id",
    "amount_grade",
    "strategic_grade",
    "probability_grade",
    "tas_class",
    "partner_led",
    "natural_key",
)
RANGES = ("opened_at", "closed_at", "base_amount_minor")


def matching(filters: OpportunityFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The opportunities that match and that the caller may see."""
    statement = narrowed(
        select(opportunities),
        equal={COLUMNS[name]: getattr(filters, name) for name in EQUAL},
        at_least={COLUMNS[name]: getattr(filters, f"{name}_gte") for name in RANGES},
        below={COLUMNS[name]: getattr(filters, f"{name}_lt") for name in RANGES},
    )
    if filters.initiated is not None:
        empty = COLUMNS.initiated_at.is_(None)
        statement = statement.where(~empty if filters.initiated else empty)
    statement = searched(statement, filters.q, COLUMNS.name, COLUMNS.natural_key)
    return owned_by(statement, COLUMNS.owner_id, visible)


MONEY = ("amount_minor", "currency", "rate", "base_amount_minor")
SHOWN = tuple(name for name in names_of(opportunities) if name not in MONEY)


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An opportunity as the API answers it."""
    amount = base = None
    if row["amount_minor"] is not None:
        amount = {name: row[name] for name in ("amount_minor", "currency", "rate")}
        base = {"amount_minor": row["base_amount_minor"], "currency": row["base_currency"]}
    return {
        **{name: row[name] for name in SHOWN},
        "amount": amount,
        "base_amount": base,
        "strategic_treatment": row["strategic_grade"] == "STRATEGIC",
        "win_probability_is_manual": row["manual_win_probability"] is not None,
        "created_at": row["opened_at"],
    }
