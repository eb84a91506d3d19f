"""What approvals changed. Each event holds the whole effect of one approval."""

from __future__ import annotations

from typing import Any, ClassVar

from opportunity_service.domain.effects.effect import Taken
from opportunity_service.domain.events import OpportunityEvent


class EffectTaken(OpportunityEvent):
    """The approval of a flow took effect."""

    TOPIC: ClassVar[str]
    approval_id: str
    flow: str
    kind: str
    content: dict[str, Any]

    def apply(self, aggregate: Any) -> None:
        """Keep the effect until it is taken back."""
        super().apply(aggregate)
        aggregate.effects[self.approval_id] = Taken(self.kind, self.content)


class Initiated(EffectTaken):
    """The company invests resources in it (2-1)."""

    TOPIC: ClassVar[str] = "opportunity.initiated"


class ClassERegistered(EffectTaken):
    """A partner's claim to it is registered until it expires (2-2)."""

    TOPIC: ClassVar[str] = "opportunity.class_e_registered"


class PresalesResourcesGranted(EffectTaken):
    """Presales people and hours were granted (2-3)."""

    TOPIC: ClassVar[str] = "opportunity.presales_resources_granted"


class Upgraded(EffectTaken):
    """Its strategic grade or its TAS class was raised (2-4)."""

    TOPIC: ClassVar[str] = "opportunity.upgraded"


class PresalesDispatched(EffectTaken):
    """People were dispatched for half-hour slots (2-5)."""

    TOPIC: ClassVar[str] = "opportunity.presales_dispatched"


class PresalesHoursApproved(EffectTaken):
    """Hours of people who took part were approved (2-6)."""

    TOPIC: ClassVar[str] = "opportunity.presales_hours_approved"


class PlanApproved(EffectTaken):
    """A version of a plan was approved (3-1, 3-2, 6-1, 6-2)."""

    TOPIC: ClassVar[str] = "opportunity.plan_approved"


class PresalesTestGranted(EffectTaken):
    """Resources for a presales test were granted (4-1)."""

    TOPIC: ClassVar[str] = "opportunity.presales_test_granted"


class BidAllowed(EffectTaken):
    """We may take part in the bid (6-3)."""

    TOPIC: ClassVar[str] = "opportunity.bid_allowed"


class DocumentsIssued(EffectTaken):
    """Certificates and sealed documents were issued (6-4)."""

    TOPIC: ClassVar[str] = "opportunity.documents_issued"


class ScopeApproved(EffectTaken):
    """The scope of the contract was approved: it may be signed (7-1)."""

    TOPIC: ClassVar[str] = "opportunity.scope_approved"
