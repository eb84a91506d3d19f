"""The kinds of effects that a flow can be configured to have."""

from __future__ import annotations

from enum import StrEnum


class EffectKind(StrEnum):
    """What the approval of a flow changes; the configuration gives each flow its kind."""

    INITIATION = "INITIATION"
    CLASS_E_REGISTRATION = "CLASS_E_REGISTRATION"
    PRESALES_RESOURCES = "PRESALES_RESOURCES"
    UPGRADE = "UPGRADE"
    DISPATCH = "DISPATCH"
    HOURS = "HOURS"
    TECHNICAL_GUIDANCE_PLAN = "TECHNICAL_GUIDANCE_PLAN"
    BUSINESS_RELATIONS_PLAN = "BUSINESS_RELATIONS_PLAN"
    TEST_RESOURCES = "TEST_RESOURCES"
    TECHNICAL_PROPOSAL = "TECHNICAL_PROPOSAL"
    COMMERCIAL_PLAN = "COMMERCIAL_PLAN"
    BID = "BID"
    DOCUMENTS = "DOCUMENTS"
    CONTRACT_SCOPE = "CONTRACT_SCOPE"
