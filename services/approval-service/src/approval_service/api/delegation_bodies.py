"""What the API takes and answers on long-term delegations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.delegation.authority import Authority
from approval_service.domain.delegation.term import Term
from opentas_shared.domain.time import Moment
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel, Code, Instant, UserId


class _Reasoned(ApiModel):
    reason: str = Field(
        "",
        max_length=1_000,
        description="Required of administrators who act for somebody; it is never published.",
        examples=["年假"],
    )

    def authority(self, caller: Caller) -> Authority:
        """By what right the caller acts."""
        return Authority(caller.subject, ADMINISTRATOR in caller.roles, self.reason)


class NewDelegation(_Reasoned):
    """Somebody to be asked in one's place."""

    principal_id: UserId | None = Field(
        None, description="Administrators only: for whom; default: the caller."
    )
    deputy_id: UserId = Field(examples=["liu.yang"])
    from_at: Instant | None = Field(
        None, description="Default: now.", examples=["2026-12-01T09:00:00+08:00"]
    )
    until_at: Instant = Field(
        description="The deputy is asked before this instant.",
        examples=["2026-12-08T09:00:00+08:00"],
    )
    flows: Annotated[list[Code], Field(max_length=100)] = Field(
        default_factory=list, description="None: all flows.", examples=[["tas_6_3_bid_approval"]]
    )

    def term(self, caller: Caller, at: Moment) -> Term:
        """As the domain knows it."""
        return Term(
            principal_id=self.principal_id or caller.subject,
            deputy_id=self.deputy_id,
            from_at=self.from_at or at.instant,
            until_at=self.until_at,
            flows=frozenset(self.flows),
        )


class DelegationRevocation(_Reasoned):
    """The end of a delegation before its time."""


class DelegationView(BaseModel):
    """A long-term delegation (长期代理)."""

    id: UUID
    version: int
    principal_id: str = Field(examples=["chen.jing"])
    deputy_id: str = Field(examples=["liu.yang"])
    from_at: datetime
    until_at: datetime = Field(description="The deputy is asked before this instant.")
    flows: list[str] = Field(description="None: all flows.")
    reason: str
    granted_by: str = Field(description="The principal, or an administrator.")
    revoked_at: datetime | None = Field(description="When it ended before its time.")
    revoked_by: str | None
    revocation_reason: str | None
    created_at: datetime
    updated_at: datetime


class DelegationPage(BaseModel):
    """One page of delegations."""

    items: list[DelegationView]
    next: str | None
    prev: str | None
    total: int | None = None
