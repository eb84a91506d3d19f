"""What an opportunity decides about what is known of it; methods of ``Opportunity``."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import IllegalTransition
from opportunity_service.domain.requirements import broken_rules
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from opentas_shared.domain.money import Money
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.go_no_go import Answers
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


def describe(self: Opportunity, name: str | None, description: str | None, at: Moment) -> None:
    """Change name or description; ``None`` leaves it."""
    self.ensure_legal("change")
    name = self.name if name is None else name
    description = self.description if description is None else description
    if (name, description) != (self.name, self.description):
        self.record(self.Described, at, self.facts, name=name, description=description)


def revise_amount(
    self: Opportunity,
    amount: Money | None,
    circumstances: Circumstances,
    at: Moment,
    waived: frozenset[str] = NONE,
) -> None:
    """Set the amount; an owner who may not own the new grade blocks the next stage move."""
    self.ensure_legal("amount-revision")
    facts = self.facts.with_amount(amount, circumstances.policies.grading)
    facts = facts.changed(blocking_rules=broken_rules(facts, circumstances, waived))
    self.record(self.AmountRevised, at, facts, previous_amount=self.facts.amount)


def revise_probability(
    self: Opportunity, win_probability: int | None, circumstances: Circumstances, at: Moment
) -> None:
    """Set a manual win probability in per cent; ``None`` goes back to automatic (M29)."""
    self.ensure_legal("probability-revision")
    facts = self.facts.with_probability(
        self.facts.stage_win_probability, win_probability, circumstances.policies.grading
    )
    self.record(
        self.ProbabilityRevised,
        at,
        facts,
        previous_win_probability=self.facts.win_probability,
    )


def revise_close_date(self: Opportunity, expected_close_date: str | None, at: Moment) -> None:
    """Set the expected close date (ISO 8601), or take it away."""
    self.ensure_legal("close-date-revision")
    self.record(
        self.CloseDateRevised,
        at,
        self.facts.changed(expected_close_date=expected_close_date),
        previous_close_date=self.facts.expected_close_date,
    )


def grade_strategically(self: Opportunity, grade: str, at: Moment) -> None:
    """Set the strategic grade, independent of the other two (R-08)."""
    self.ensure_legal("strategic-grading")
    before = self.facts.strategic_grade
    if grade != before:
        facts = self.facts.changed(strategic_grade=grade)
        self.record(
            self.GradeChanged,
            at,
            facts,
            dimension="STRATEGIC",
            previous_grade=before,
        )


def answer(self: Opportunity, answers: Answers, at: Moment) -> None:
    """Answer some of the hidden-line questions; earlier answers to others stay."""
    self.ensure_legal("go-no-go")
    merged = {**self.answers, **answers}
    if merged != self.answers:
        self.record(self.GoNoGoAnswered, at, self.facts, answers=merged)


def change_partner_led(
    self: Opportunity, partner_led: bool, circumstances: Circumstances, at: Moment
) -> None:
    """Say whether a partner leads it; the TAS class follows (§4.4, R-15)."""
    self.ensure_legal("partner-led-change")
    before = self.facts.partner_led
    if partner_led != before:
        facts = self.facts.changed(partner_led=partner_led).classed(circumstances.policies.grading)
        self.record(self.PartnerLedChanged, at, facts, previous_partner_led=before)


def revise_scope(
    self: Opportunity, text: str, attachments: list[dict[str, Any]], at: Moment
) -> None:
    """Write down what is to be delivered; approvals that watch the scope see another digest.

    Not after the signature: then the scope is the contract's.
    """
    self.ensure_legal("scope-revision")
    if self.contract_no is not None:
        raise IllegalTransition("scope-revision", "SIGNED")
    written = json.dumps([text, attachments], sort_keys=True, ensure_ascii=False)
    digest = sha256(written.encode()).hexdigest()
    before = self.facts.scope_digest
    if digest != before:
        self.record(
            self.ScopeRevised,
            at,
            self.facts.changed(scope_digest=digest),
            text=text,
            attachments=attachments,
            previous_scope_digest=before,
        )
