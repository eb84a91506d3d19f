"""The configuration that this process works with, set once at its start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opportunity_service.configuration.loading import load_policies, load_stage_models

if TYPE_CHECKING:
    from opportunity_service.configuration.catalogue import StageModels
    from opportunity_service.domain.policies import Policies
    from opportunity_service.settings import OpportunitySettings


@dataclass(frozen=True)
class Configuration:
    """Stage models, policies and the currency that grades are evaluated in."""

    stage_models: StageModels
    policies: Policies
    base_currency: str
    openers: frozenset[str]
    """The roles that may open an opportunity without a lead (§14.17)."""


def load_configuration(settings: OpportunitySettings) -> Configuration:
    """Read the files named by the settings. Raises ``WrongSetting``."""
    return Configuration(
        stage_models=load_stage_models(
            settings.opportunity_stage_models, settings.opportunity_default_stage_model
        ),
        policies=load_policies(settings.opportunity_policies),
        base_currency=settings.base_currency,
        openers=frozenset(settings.opportunity_opener_roles),
    )


_in_force: list[Configuration] = []


def put_in_force(configuration: Configuration) -> None:
    """Make this the configuration of the process."""
    _in_force[:] = [configuration]


def configuration() -> Configuration:
    """The configuration in force; ``RuntimeError`` before the service has started."""
    if not _in_force:
        raise RuntimeError("opportunity-service has no configuration yet: it has not started")
    return _in_force[0]
