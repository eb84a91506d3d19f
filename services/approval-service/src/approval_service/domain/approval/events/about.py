"""What every event of an approval carries."""

from __future__ import annotations

from opentas_shared.domain.aggregate import AggregateEvent


class ApprovalEvent(AggregateEvent):
    """What every later event carries. ``round`` counts submissions from 1, 0 before the first."""

    flow: str
    subject_type: str
    subject_id: str
    submitter_id: str
    definition_version: int
    round: int


class PersonalEvent(ApprovalEvent):
    """What a person did besides deciding, for ``on_behalf_of`` where that is set, and why."""

    by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
