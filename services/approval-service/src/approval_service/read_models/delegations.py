"""Long-term delegations, those that are revoked and over too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.delegation.term import Term
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

delegations = Table(
    "delegations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("principal_id", Text, nullable=False),
    Column("deputy_id", Text, nullable=False),
    Column("from_at", DateTime(timezone=True), nullable=False),
    Column("until_at", DateTime(timezone=True), nullable=False),
    Column("flows", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", Text),
    Column("revocation_reason", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_delegations_principal_id", "principal_id", "until_at"),
    Index("ix_delegations_deputy_id", "deputy_id", "until_at"),
    Index("ix_delegations_created_at_id", "created_at", "id"),
)


def apply(event: Any, recorded: Recorded, rows: Rows) -> None:
    """Keep every delegation, revoked ones too."""
    match event:
        case Delegation.Created():
            rows.new(
                delegations,
                {
                    "id": recorded.originator_id,
                    "version": recorded.originator_version,
                    "principal_id": event.principal_id,
                    "deputy_id": event.deputy_id,
                    "from_at": event.from_at,
                    "until_at": event.until_at,
                    "flows": event.flows,
                    "reason": event.reason,
                    "granted_by": event.granted_by,
                    "created_at": recorded.effective_at,
                    "updated_at": recorded.recorded_at,
                },
            )
        case Delegation.Revoked():
            known = rows.get(delegations, id=recorded.originator_id) or {}
            revoked = {
                "version": recorded.originator_version,
                "revoked_at": recorded.effective_at,
                "revoked_by": event.revoked_by,
                "revocation_reason": event.reason,
                "updated_at": recorded.recorded_at,
            }
            rows.put(delegations, known | revoked)


DELEGATIONS = Projection("delegations", (delegations,), apply)


def in_force(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds of the delegations that count at this instant."""
    columns = delegations.c
    return (
        columns.from_at <= at,
        columns.until_at > at,
        or_(columns.revoked_at.is_(None), columns.revoked_at > at),
    )


def beside(rows: Rows, term: Term) -> list[Term]:
    """The terms of all delegations that are not revoked and share some time with this one."""
    columns = delegations.c
    statement = select(delegations).where(
        columns.revoked_at.is_(None),
        columns.from_at < term.until_at,
        columns.until_at > term.from_at,
    )
    return [term_of(row) for row in rows.select(statement)]


def term_of(row: Mapping[Any, Any]) -> Term:
    """The term of a row."""
    return Term(
        row["principal_id"],
        row["deputy_id"],
        row["from_at"],
        row["until_at"],
        frozenset(row["flows"]),
    )
