"""The refusals that only opportunities know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class UnknownStage(DomainError):
    """The opportunity's stage model has no such stage."""

    code = "UNKNOWN_STAGE"
    title = "The stage model has no such stage"
    title_zh = "阶段模型中没有该阶段"

    def __init__(self, stage: str, model: str, stages: Sequence[str]) -> None:
        super().__init__(
            f"{model} has no stage {stage}; it has {', '.join(stages)}.", stages=list(stages)
        )


class UnknownStageModel(DomainError):
    """No stage model with this code (and version) is configured."""

    code = "UNKNOWN_STAGE_MODEL"
    title = "There is no such stage model"
    title_zh = "没有该阶段模型"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no stage model {name}; configured are {', '.join(known)}.",
            stage_models=list(known),
        )


class WrongDirection(DomainError):
    """A move up must lead to a later stage, a move back to an earlier one."""

    code = "WRONG_DIRECTION"
    title = "The stage does not lie in this direction"
    title_zh = "目标阶段方向不正确"


class MovingBackNotAllowed(DomainError):
    """The configured policy does not allow moving back to an earlier stage."""

    code = "MOVING_BACK_NOT_ALLOWED"
    title = "The policy does not allow moving back"
    title_zh = "策略不允许回退阶段"


class UnknownReason(DomainError):
    """The reason is not on the configured list, or lacks the free text that it needs."""

    code = "UNKNOWN_REASON"
    title = "The reason is not acceptable"
    title_zh = "原因无效"


class UnknownFlow(DomainError):
    """No such approval flow is configured for opportunities."""

    code = "UNKNOWN_FLOW"
    title = "There is no such approval flow"
    title_zh = "没有该审批流程"

    def __init__(self, flow: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no flow {flow}; configured are {', '.join(known)}.", flows=list(known)
        )


class OpportunityNotYetOpened(DomainError):
    """The conversion that opens the opportunity has not arrived yet; repeat the item."""

    code = "OPPORTUNITY_NOT_YET_OPENED"
    status = 404
    title = "The opportunity is not open yet"
    title_zh = "商机尚未创建"

    def __init__(self, id: UUID) -> None:
        super().__init__(
            f"Opportunity {id} is not here yet: its conversion may still be on the way. "
            "Repeat this item.",
            retryable=True,
        )
