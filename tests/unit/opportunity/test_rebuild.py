"""The oldest events still load when every rule has been tightened: rules never run on replay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import DomainError
from opentas_shared.persistence.mapping import MAPPER
from opportunity_service.domain import approving, closing, moving, opportunity, requirements
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.effects.table import EFFECTS as EFFECTS_BY_KIND
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.states import COMMANDS
from tests.unit.opportunity.conftest import POLICIES
from tests.unit.opportunity.oldest_events import EFFECTS, OLDEST

if TYPE_CHECKING:
    import pytest
    from eventsourcing.persistence import StoredEvent


def rebuilt(history: list[StoredEvent] = OLDEST) -> Opportunity:
    """The opportunity that stored events tell of."""
    it: Any = None
    for stored in history:
        it = MAPPER.to_domain_event(stored).mutate(it)
    assert isinstance(it, Opportunity)
    return it


def tighten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every rule refuse."""

    def refuse(*_: object, **__: object) -> None:
        raise DomainError("tightened")

    for name in ("to_advance", "to_request", "to_win", "to_sign", "owner_entitled"):
        monkeypatch.setattr(requirements, name, refuse)
    for effect in EFFECTS_BY_KIND.values():
        for name in ("needs", "read", "obstacles", "complete", "facts", "undone"):
            monkeypatch.setattr(effect, name, refuse)
    for module in (approving, closing, moving):
        monkeypatch.setattr(module, "refuse", refuse)
    monkeypatch.setattr(closing, "accept", refuse)
    monkeypatch.setattr(opportunity, "COMMANDS", {name: frozenset() for name in COMMANDS})
    monkeypatch.setattr(Opportunity, "ensure_legal", refuse)


def test_the_oldest_events_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    tighten(monkeypatch)
    it = rebuilt()
    assert it.version == len(OLDEST)
    assert (it.facts.status, it.contract_no) == ("WON", "HT-2026-0042")
    assert it.facts.amount_grade == "A"
    assert it.name == "MES, phase 2"
    assert it.answers["are_we_competitive"]["answer"] is True
    assert [a.status for a in it.approvals.values()] == ["NOT_STARTED"] + ["APPROVED"] * 3


def test_the_effects_of_approvals_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    tighten(monkeypatch)
    it = rebuilt(EFFECTS)
    assert it.version == len(EFFECTS)
    assert it.facts.presales_half_hours == 5
    assert it.facts.tas_class == "C"
    assert None not in (it.facts.initiated_at, it.facts.bid_allowed_at, it.facts.scope_approved_at)
    assert sorted(taken.kind for taken in it.effects.values()) == sorted(
        set(EffectKind) - {EffectKind.UPGRADE}
    )


def test_the_grades_of_old_events_do_not_move() -> None:
    none = replace(POLICIES.grading, amount=(), probability=())
    assert none.amount_grade(1) is None
    assert rebuilt().facts.amount_grade == "A"


def test_every_kind_of_event_is_among_the_oldest() -> None:
    topics = {stored.topic for stored in OLDEST + EFFECTS}
    ends = {"opportunity.lost", "opportunity.voided"}
    known = {
        member.TOPIC
        for name, member in vars(Opportunity).items()
        if isinstance(member, type) and issubclass(member, Opportunity.Event) and name != "Event"
    }
    assert topics | ends == known
