"""When a command happens in the business, what it waives, and its context."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from opentas_shared.domain.errors import EffectiveTimeInFuture, Forbidden
from opentas_shared.domain.time import Moment, utc_now
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.auth import IMPORTER
from opentas_shared.web.requests import info

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from fastapi import Request

    from opentas_shared.web.auth import Caller

NOTHING: frozenset[str] = frozenset()


def moment_of(effective_at: datetime | None, caller: Caller) -> Moment:
    """When the command happens in the business: now, or an importer's own time.

    Raises ``Forbidden`` (403) for others and ``EffectiveTimeInFuture`` (422).
    """
    if effective_at is None:
        return Moment.now()
    if not caller.imports:
        raise Forbidden("Only an importer may set effective_at.", policy=f"role:{IMPORTER}")
    if effective_at > utc_now():
        raise EffectiveTimeInFuture(f"{effective_at.isoformat()} has not come yet.")
    return Moment(effective_at.astimezone(UTC), pinned=True)


def waived_by(rules: Collection[str] | None, caller: Caller) -> frozenset[str]:
    """The rule ids that an import waives; ``Forbidden`` (403) for others."""
    if not rules:
        return NOTHING
    if not caller.imports:
        raise Forbidden("Only an importer may waive rules.", policy=f"role:{IMPORTER}")
    return frozenset(rules)


def context_of(command: object, caller: Caller, request: Request) -> Context:
    """Who does the command and why; time, waived rules and for whom are the command's own."""
    identifiers = info(request)
    return Context(
        actor=caller.subject,
        moment=getattr(command, "at", None) or Moment.now(),
        correlation_id=identifiers.correlation_id,
        traceparent=identifiers.traceparent,
        waived=getattr(command, "waived", NOTHING),
        on_behalf_of=getattr(command, "on_behalf_of", None),
    )
