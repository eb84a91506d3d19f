"""What every event of an approval carries."""

from __future__ import annotations

from typing import Any, ClassVar

from opentas_shared.domain.aggregate import AggregateEvent


class ApprovalEvent(AggregateEvent):
    """What every later event carries. ``round`` counts submissions from 1, 0 before the first."""

    TOPIC: ClassVar[str]
    flow: str
    subject_type: str
    subject_id: str
    submitter_id: str
    definition_version: int
    round: int

    ACT: ClassVar[bool] = False
    """Whether an import brings it in as a step of its own, known by ``act``."""

    @property
    def act(self) -> tuple[Any, ...]:
        """What tells it from the other acts of its approval."""
        return self.TOPIC, self.timestamp, getattr(self, "role", "")

    def mutate(self, aggregate: Any) -> Any:
        """Evolve; an act is remembered, so that an import leaves it out the next time."""
        evolved = super().mutate(aggregate)
        if self.ACT and evolved is not None:
            evolved.acts.add(self.act)
        return evolved


class PersonalEvent(ApprovalEvent):
    """What a person did besides deciding, for ``on_behalf_of`` where that is set, and why."""

    ACT: ClassVar[bool] = True
    by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
