"""The announcement of a stage model's version to those who report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from opentas_shared.domain.aggregate import Aggregate, CreatedEvent, event
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.stage_model import StageModel


class PublishedStageModel(Aggregate):
    """One version of a stage model; what was published of a version never changes (C14)."""

    TOPIC = "published-stage-model"

    class Created(CreatedEvent):
        """The version is in force."""

        TOPIC = "stage_model.published"
        stage_model: str
        version: int
        stages: list[dict[str, Any]]

    @event(Created)
    def __init__(self, stage_model: str, version: int) -> None:
        self.stage_model = stage_model
        self.model_version = version

    @staticmethod
    def id_of(model: StageModel) -> Any:
        """The id: derived, so that a version is published once."""
        return derived_id("stage-model", model.code, model.version)

    @classmethod
    def publish(cls, model: StageModel, at: Moment) -> Self:
        """Announce it."""
        return cls.create(
            PublishedStageModel.Created,
            cls.id_of(model),
            at,
            stage_model=model.code,
            version=model.version,
            stages=[stage.numbers() for stage in model.stages],
        )
