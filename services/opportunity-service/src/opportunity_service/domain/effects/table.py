"""The table of effects: each kind and the family that knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.effects.dispatching import Dispatch
from opportunity_service.domain.effects.documents import Documents
from opportunity_service.domain.effects.hours import Hours
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.effects.milestones import Bid, Initiation
from opportunity_service.domain.effects.plans import Plan, Scope
from opportunity_service.domain.effects.registering import ClassERegistration
from opportunity_service.domain.effects.resources import PresalesResources, PresalesTest
from opportunity_service.domain.effects.upgrading import Upgrade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opportunity_service.domain.effects.effect import Effect

FAMILIES: Mapping[EffectKind, type[Effect]] = {
    EffectKind.INITIATION: Initiation,
    EffectKind.CLASS_E_REGISTRATION: ClassERegistration,
    EffectKind.PRESALES_RESOURCES: PresalesResources,
    EffectKind.UPGRADE: Upgrade,
    EffectKind.DISPATCH: Dispatch,
    EffectKind.HOURS: Hours,
    EffectKind.TECHNICAL_GUIDANCE_PLAN: Plan,
    EffectKind.BUSINESS_RELATIONS_PLAN: Plan,
    EffectKind.TEST_RESOURCES: PresalesTest,
    EffectKind.TECHNICAL_PROPOSAL: Plan,
    EffectKind.COMMERCIAL_PLAN: Plan,
    EffectKind.BID: Bid,
    EffectKind.DOCUMENTS: Documents,
    EffectKind.CONTRACT_SCOPE: Scope,
}
EFFECTS: Mapping[str, Effect] = {kind.value: family(kind) for kind, family in FAMILIES.items()}
"""The effects by the kind that the configuration names."""
