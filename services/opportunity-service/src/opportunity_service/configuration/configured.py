"""The configuration in force: read once from the files, checked when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentas_shared.runtime.configuration import Configured
from opportunity_service.configuration.loading import load_policies, load_stage_models
from opportunity_service.settings import OpportunitySettings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opportunity_service.configuration.catalogue import StageModels
    from opportunity_service.domain.policies import Policies


@dataclass(frozen=True)
class Configuration:
    """Stage models, policies, and the organisation's currency and time zone."""

    stage_models: StageModels
    policies: Policies
    base_currency: str
    zone: ZoneInfo
    """The organisation's, in which the days of dispatches and hours are told."""
    openers: frozenset[str]
    """The roles that may open an opportunity without a lead (§14.17)."""


def from_settings(settings: OpportunitySettings) -> Configuration:
    """Read the files that the settings name."""
    return Configuration(
        stage_models=load_stage_models(
            settings.opportunity_stage_models, settings.opportunity_default_stage_model
        ),
        policies=load_policies(settings.opportunity_policies),
        base_currency=settings.base_currency,
        zone=settings.zone,
        openers=frozenset(settings.opportunity_opener_roles),
    )


configured = Configured(OpportunitySettings, from_settings)
