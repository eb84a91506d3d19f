"""Opportunities in memory: given events, when a command, then events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opportunity_service.configuration.loading import load_policies, load_stage_models
from opportunity_service.domain.opening import Opening
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.requirements import Circumstances
from tests.support.opportunity_flows import FLOW_2_1, FORMS

MODELS = load_stage_models(None, "SM-TAS")
POLICIES = load_policies(None)
START = datetime(2026, 1, 1, tzinfo=UTC)
SENIOR = frozenset({"senior_sales_manager"})


def circumstances(model: str = "SM-TAS", posts: frozenset[str] = SENIOR) -> Circumstances:
    """The shipped configuration and an owner with these posts."""
    return Circumstances(MODELS.newest(model), POLICIES, posts)


@dataclass
class Case:
    """One opportunity and a clock that goes on by an hour with every question."""

    around: Circumstances = field(default_factory=circumstances)
    opening: Opening = field(default_factory=lambda: Opening("MES", "chen.jing"))
    waived: frozenset[str] = frozenset()
    now: datetime = START

    def __post_init__(self) -> None:
        self.it = Opportunity.open(
            new_id(), self.opening, self.around, "CNY", self.at(), self.waived
        )

    def at(self) -> Moment:
        """The next moment."""
        self.now += timedelta(hours=1)
        return Moment(self.now)

    def news(self) -> list[Any]:
        """The events since the last question."""
        return list(self.it.collect_events())

    def requested(self, flow: str, form: dict[str, Any] | None = None) -> str:
        """Request an approval, with a form that is good enough where none is given."""
        form = FORMS.get(flow, {}) if form is None else form
        return self.it.request_approval(flow, form, "chen.jing", self.around, self.at())

    def granted(self, flow: str, form: dict[str, Any] | None = None) -> str:
        """Request an approval and let it be granted."""
        approval_id = self.requested(flow, form)
        self.it.record_result(approval_id, "APPROVED", self.around, self.at())
        return approval_id

    def initiated(self) -> None:
        """Up to an approved 2-1."""
        yes = {"answer": True, "note": ""}
        self.it.answer({"is_it_an_opportunity": yes, "are_we_competitive": yes}, self.at())
        self.granted(FLOW_2_1)

    def with_posts(self, *posts: str) -> Circumstances:
        """The circumstances of an owner with other posts."""
        return replace(self.around, owner_posts=frozenset(posts))


@pytest.fixture
def case() -> Case:
    """An opportunity of the default stage model."""
    return Case()
