"""Leads and policies that the tests begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lead_service.configuration.configured import read
from lead_service.domain.facts import LeadFacts, LeadOrigin
from lead_service.domain.lead import Lead
from lead_service.domain.opening import Opening
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment

CONFIGURED = read(None, ZoneInfo("Asia/Shanghai"))
CREATION = CONFIGURED.creation
POLICY = CONFIGURED.classification
CORE = CONFIGURED.core
ALL = frozenset(CREATION.criteria)
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""


def at(day: int, hour: int = 1) -> Moment:
    """A moment in March 2026, UTC."""
    return Moment(datetime(2026, 3, day, hour, tzinfo=UTC))


def captured(moment: Moment | None = None, **facts: object) -> Lead:
    """A lead in state NEW."""
    return Lead.capture(
        new_id(),
        LeadOrigin("WEBSITE", "PASSIVE"),
        LeadFacts(title="MES", **facts),  # type: ignore[arg-type]
        "mia",
        moment or at(2),
    )


def qualified() -> Lead:
    """A lead that was classified and meets every criterion."""
    lead = captured()
    lead.classify_by_hand("GENERAL_HOT", "They call daily", POLICY, at(3))
    lead.qualify(ALL, CREATION, at(4))
    return lead


def converted() -> Lead:
    """A lead that became an opportunity."""
    lead = qualified()
    lead.convert(Opening("chen.jing"), "mia", CREATION, at(5))
    return lead
