"""What happens to a lead. Events are self-sufficient: they carry what subscribers need."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from opentas_shared.domain.aggregate import AggregateEvent, CreatedEvent


class Created(CreatedEvent):
    """The lead is known. ``facts`` are those of ``LeadFacts``, ids and dates as text."""

    TOPIC: ClassVar[str] = "lead.captured"
    source: str
    generation_mode: str | None
    natural_key: str | None
    owner_id: str
    facts: dict[str, Any]


class LeadEvent(AggregateEvent):
    """A later fact in the life of a lead; ``owner_id`` is the owner after it."""

    source: str
    owner_id: str
    captured_at: datetime


class FactsChanged(LeadEvent):
    """Facts were added or corrected; ``previous`` holds the values before (C30)."""

    TOPIC: ClassVar[str] = "lead.facts_changed"
    MOVES: ClassVar[bool] = False
    changes: dict[str, Any]
    previous: dict[str, Any]


class Classified(LeadEvent):
    """The lead has a class; ``overridden_rules`` speak against one that was given by hand."""

    TOPIC: ClassVar[str] = "lead.classified"
    classification: str
    previous: str | None
    by_hand: bool
    reason: str | None
    overridden_rules: list[str]


class Assigned(LeadEvent):
    """The lead has another owner (C6)."""

    TOPIC: ClassVar[str] = "lead.assigned"
    previous_owner_id: str
    reason: str | None


class Qualified(LeadEvent):
    """The lead meets the creation criteria; ``missing`` ones were waived by an import."""

    TOPIC: ClassVar[str] = "lead.qualified"
    criteria: list[str]
    missing: list[str]
    note: str | None


class Discarded(LeadEvent):
    """The lead is given up; ``reason`` is a code, ``reason_text`` the words to it."""

    TOPIC: ClassVar[str] = "lead.discarded"
    reason: str
    reason_text: str | None


class Converted(LeadEvent):
    """The lead became an opportunity and its ownership moved to sales (R-07).

    ``amount`` holds minor units, currency and the rate to the base currency at this moment;
    ``win_probability`` is a percentage.
    """

    TOPIC: ClassVar[str] = "lead.converted"
    opportunity_id: str
    opportunity_name: str
    customer_id: str | None
    contact_id: str | None
    stage_model: str | None
    amount: dict[str, Any] | None
    win_probability: int | None
    expected_close_date: str | None
    strategic_grade: str | None
    previous_owner_id: str
    converted_by: str
    waived: list[str]


class ApprovalRequested(LeadEvent):
    """TAS 1-1 was asked for. ``form`` says which opportunity it would open.

    ``pinned`` are the facts that the conditions of the flow may look at.
    """

    TOPIC: ClassVar[str] = "lead.approval_requested"
    approval_id: str
    flow: str
    request_no: int
    form: dict[str, Any]
    submitter_id: str
    pinned: dict[str, Any]


class ApprovalProgressed(LeadEvent):
    """The approval started, did not start (and why), was returned or is running again."""

    TOPIC: ClassVar[str] = "lead.approval_progressed"
    approval_id: str
    flow: str
    status: str
    reason_code: str | None
    reason: str | None
    missing: list[str]


class ApprovalResultRecorded(LeadEvent):
    """The approval ended. Where it is without effect, ``reason_code`` and ``reason`` say why."""

    TOPIC: ClassVar[str] = "lead.approval_result_recorded"
    approval_id: str
    flow: str
    outcome: str
    in_effect: bool
    reason_code: str | None
    reason: str | None
    decided_by: str


class ApprovalReversed(LeadEvent):
    """The approval was taken back after it was given; the opportunity stays open."""

    TOPIC: ClassVar[str] = "lead.approval_reversed"
    approval_id: str
    flow: str
    reversed_by: str
