"""Codes in filters are known ones: an unknown one is refused, not answered with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from approval_service.read_models.flows import flows
from opentas_shared.domain.errors import Violation
from opentas_shared.web.refusals import RequestInvalid

if TYPE_CHECKING:
    from sqlalchemy import Connection


def check_flow(flow: str | None, connection: Connection) -> None:
    """Refuse (422) a flow that there is not, with those that there are."""
    if flow is None:
        return
    known = list(connection.scalars(select(flows.c.flow).order_by(flows.c.flow)))
    if flow not in known:
        detail = f"{flow!r} is not one of: {', '.join(known)}."
        raise RequestInvalid(detail, violations=[Violation("INVALID", detail, pointer="/flow")])
