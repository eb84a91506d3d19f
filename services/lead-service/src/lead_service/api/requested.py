"""Answers about requested approvals, the same for leads and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from lead_service.read_models.requested_approvals import matching, requested_approvals, view
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.operations import changes
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from lead_service.domain.customer import Customer
    from lead_service.domain.lead import Lead
    from opentas_shared.persistence.unit_of_work import UnitOfWork

REQUESTS = changes()
REQUESTS["responses"][201] = REQUESTS["responses"].pop(200)


def newest(subject: type[Lead | Customer], id: UUID) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The request that a unit of work has made, for the answer to it."""

    def answer(work: UnitOfWork) -> dict[str, Any]:
        aggregate = work.get(subject, id)
        approval_id = aggregate.approvals.newest.approval_id
        row = work.rows.get(requested_approvals, approval_id=UUID(approval_id))
        assert row is not None
        return {
            "id": id,
            "version": aggregate.version,
            "approval_url": f"/v1/approvals/{approval_id}",
            **view(row),
        }

    return answer


def listed(
    request: Request, id: UUID, flow: str | None, status: list[str] | None
) -> dict[str, Any]:
    """The requests of one lead or customer, oldest first."""
    with resources(request).database.read() as connection:
        rows = connection.execute(matching(id, flow, tuple(status or ()))).mappings()
        return {"items": [view(row) for row in rows]}


def one(request: Request, id: UUID, approval_id: UUID) -> dict[str, Any]:
    """One of them; ``NotFound`` (404) for an approval of something else."""
    statement = matching(id).where(requested_approvals.c.approval_id == approval_id)
    with resources(request).database.read() as connection:
        row = connection.execute(statement).mappings().first()
    if row is None:
        raise NotFound("requested approval", approval_id)
    return view(row)
