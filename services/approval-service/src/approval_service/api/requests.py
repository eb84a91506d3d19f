"""What the API takes for decisions and resubmissions."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.routing import Actor
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel, FormContent


class _Act(ApiModel):
    comment: str = Field("", max_length=10_000, description="The opinion; it is never published.")
    on_behalf_of: str | None = Field(
        None, description="Administrators only: the person for whom you act."
    )
    on_behalf_reason: str | None = Field(
        None, max_length=1_000, description="Why you act for somebody; required then."
    )
    effective_at: AwareDatetime | None = Field(
        None, description="Importers only: when it happened in the business."
    )

    def actor(self, caller: Caller) -> Actor:
        """Who acts, for whom and why."""
        return Actor(
            person=caller.subject,
            on_behalf_of=self.on_behalf_of,
            reason=self.on_behalf_reason,
            administrator=ADMINISTRATOR in caller.roles,
        )


class DecisionRequest(_Act):
    """A decision of one's own open task in the approval."""


class ResubmissionRequest(_Act):
    """A new round; ``form`` replaces the last one, null keeps it."""

    form: FormContent | None = Field(None, examples=[{"reason": "Benchmark of the industry"}])
