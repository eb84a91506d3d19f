"""What a request is held against: the flows that there are, and settings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from approval_service.read_models.flows import flows
from opentas_shared.domain.errors import Violation
from opentas_shared.web.refusals import RequestInvalid
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from fastapi import Request
    from sqlalchemy import Connection

    from approval_service.settings import ApprovalSettings


def check_flow(flow: str | None, connection: Connection) -> None:
    """Refuse (422) a flow that there is not, with those that there are."""
    if flow is None:
        return
    known = list(connection.scalars(select(flows.c.flow).order_by(flows.c.flow)))
    if flow not in known:
        detail = f"{flow!r} is not one of: {', '.join(known)}."
        raise RequestInvalid(detail, violations=[Violation("INVALID", detail, pointer="/flow")])


def urge_pause(request: Request) -> timedelta:
    """How long after 催办 the approvers cannot be urged again."""
    settings = cast("ApprovalSettings", resources(request).settings)
    return timedelta(minutes=settings.approval_urge_minutes)
