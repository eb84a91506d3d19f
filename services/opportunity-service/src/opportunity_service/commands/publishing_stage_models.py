"""Announcing the configured stage models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opportunity_service.domain.published_stage_model import PublishedStageModel

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opportunity_service.domain.stage_model import StageModel


@dataclass(frozen=True)
class PublishStageModels:
    """Announce those of the models that were not announced before."""

    models: tuple[StageModel, ...]
    at: Moment


def publish_stage_models(command: PublishStageModels, work: UnitOfWork) -> None:
    """Publish each version once."""
    for model in command.models:
        if work.find(PublishedStageModel, PublishedStageModel.id_of(model)) is None:
            work.save(PublishedStageModel.publish(model, command.at))
