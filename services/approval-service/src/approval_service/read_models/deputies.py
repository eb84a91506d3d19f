"""Who is asked in somebody's place, found by the person's own row with every task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.configuration.delegation_chain import delegation_chain
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.delegation.term import Term
from approval_service.read_models.metadata import metadata
from opentas_shared.organisation.directory import person
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

deputies = Table(
    "deputies",
    metadata,
    Column("principal_id", Text, primary_key=True),
    Column("terms", JSONB, nullable=False),
)
"""``terms`` holds what is granted and not revoked, by the id of the delegation."""


def apply(event: Any, recorded: Recorded, rows: Rows) -> None:
    """Keep what is granted and not revoked, for each principal."""
    if not isinstance(event, Delegation.Created | Delegation.Revoked):
        return
    known = rows.get(deputies, principal_id=event.principal_id)
    id, terms = str(recorded.originator_id), dict(known["terms"]) if known else {}
    if isinstance(event, Delegation.Created):
        terms[id] = {
            "deputy_id": event.deputy_id,
            "from_at": event.from_at.isoformat(),
            "until_at": event.until_at.isoformat(),
            "flows": event.flows,
        }
    else:
        terms.pop(id, None)
    rows.put(deputies, {"principal_id": event.principal_id, "terms": terms})


DEPUTIES = Projection("deputies", (deputies,), apply)


@dataclass(frozen=True)
class Resolved:
    """Who is asked, and the people through whom it came to that: the principal comes first."""

    deputy: str
    chain: tuple[str, ...]


def deputy_of(rows: Rows, person_id: str, flow: str, at: datetime) -> Resolved:
    """Who is asked in the flow at this instant in the place of a person, or the person.

    Chains are followed for at most ``OPENTAS_APPROVAL_DELEGATION_CHAIN`` steps and never back.
    A deputy who has left is skipped: where nobody active follows, the last active one is asked.
    """
    path: list[str] = [person_id]
    asked: tuple[str, ...] = (person_id,)
    while len(path) <= delegation_chain():
        following = _deputy(rows, path[-1], flow, at)
        if following is None or following in path:
            break
        path.append(following)
        known = person(rows, following)
        if known is not None and known.active:
            asked = tuple(path)
    return Resolved(asked[-1], asked)


def _deputy(rows: Rows, principal_id: str, flow: str, at: datetime) -> str | None:
    row = rows.get(deputies, principal_id=principal_id)
    for fields in row["terms"].values() if row is not None else ():
        term = Term(
            principal_id,
            fields["deputy_id"],
            datetime.fromisoformat(fields["from_at"]),
            datetime.fromisoformat(fields["until_at"]),
            frozenset(fields["flows"]),
        )
        if term.covers(flow, at):
            return term.deputy_id
    return None
