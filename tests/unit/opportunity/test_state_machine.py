"""The state machine under random commands: what must hold whatever people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.money import Money
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.mapping import MAPPER
from opportunity_service.domain.opening import Opening
from opportunity_service.domain.requirements import Circumstances
from opportunity_service.domain.states import COMMANDS
from tests.unit.opportunity.conftest import MODELS, POLICIES, Case
from tests.unit.opportunity.test_preconditions import FORMS_HERE

if TYPE_CHECKING:
    from opportunity_service.domain.opportunity import Opportunity

STAGES = strategies.sampled_from(
    sorted({stage.code for model in MODELS.all() for stage in model.stages} | {"NONE"})
)
FLOWS = strategies.sampled_from([*POLICIES.flows, "tas_9_9"])
RULES = strategies.frozensets(
    strategies.sampled_from(["R-10", "R-11", "R-12", "R-18", "R-20", "R-23"])
)
POSTS = strategies.sampled_from(["junior_sales", "sales_manager", "sales_director"])
AMOUNTS = strategies.none() | strategies.builds(
    Money,
    strategies.integers(0, 2**40),
    strategies.sampled_from(["CNY", "EUR"]),
    strategies.sampled_from(["1", "7.8123"]),
)
OUTCOMES = strategies.sampled_from(
    ["RUNNING", "APPROVED", "APPROVED", "REJECTED", "REVOKED", "TERMINATED", "REVERSED"]
)
PERCENT = strategies.none() | strategies.integers(0, 100)


class OpportunityMachine(RuleBasedStateMachine):
    """Random commands, most of them refused."""

    @initialize(
        model=strategies.sampled_from(MODELS.codes()), post=POSTS, amount=AMOUNTS, percent=PERCENT
    )
    def opened(self, model: str, post: str, amount: Money | None, percent: int | None) -> None:
        around = Circumstances(MODELS.newest(model), POLICIES, frozenset({post}))
        opening = Opening("MES", "chen.jing", amount=amount, win_probability=percent)
        self.case = Case(around, opening)
        self.events: list[Any] = []
        self.ended: tuple[str, str] | None = None

    def attempt(self, command: str, decide: Any) -> None:
        it = self.case.it
        before = (it.facts, it.version, dict(it.approvals), it.contract_no)
        legal = it.facts.status in COMMANDS[command]
        try:
            decide(it)
        except DomainError:
            assert (it.facts, it.version, dict(it.approvals), it.contract_no) == before
        else:
            assert legal, f"{command} was accepted in {before[0].status}"

    @rule(stage=strategies.none() | STAGES, waived=RULES)
    def advance(self, stage: str | None, waived: frozenset[str]) -> None:
        case, model = self.case, self.case.around.model
        low = model.stage(case.it.facts.stage).order
        version = case.it.version
        self.attempt(
            "stage-advancement", lambda it: it.advance(stage, case.around, case.at(), waived)
        )
        if case.it.version > version:
            assert model.stage(case.it.facts.stage).order > low
            assert case.it.facts.blocking_rules == []

    @rule(stage=STAGES)
    def revert(self, stage: str) -> None:
        case, model = self.case, self.case.around.model
        high = model.stage(case.it.facts.stage).order
        version = case.it.version
        self.attempt("stage-reversal", lambda it: it.revert(stage, "", case.around, case.at()))
        if case.it.version > version:
            assert model.stage(case.it.facts.stage).order < high

    @rule(amount=AMOUNTS)
    def revise_amount(self, amount: Money | None) -> None:
        case = self.case
        self.attempt("amount-revision", lambda it: it.revise_amount(amount, case.around, case.at()))

    @rule(percent=PERCENT)
    def revise_probability(self, percent: int | None) -> None:
        case = self.case
        self.attempt(
            "probability-revision",
            lambda it: it.revise_probability(percent, case.around, case.at()),
        )

    @rule(owner=strategies.sampled_from(["chen.jing", "yang.mei"]), waived=RULES)
    def change_owner(self, owner: str, waived: frozenset[str]) -> None:
        case = self.case
        self.attempt(
            "owner-change",
            lambda it: it.change_owner(owner, "", case.around, case.at(), waived),
        )

    @rule(
        question=strategies.sampled_from(["is_it_an_opportunity", "are_we_competitive"]),
        answer=strategies.sampled_from([True, True, False, None]),
    )
    def answer(self, question: str, answer: bool | None) -> None:
        case = self.case
        self.attempt(
            "go-no-go",
            lambda it: it.answer({question: {"answer": answer, "note": ""}}, case.at()),
        )

    @rule(flow=FLOWS)
    def request(self, flow: str) -> None:
        case = self.case
        self.attempt(
            "approval-requests",
            lambda it: it.request_approval(
                flow, FORMS_HERE.get(flow, {}), "chen.jing", case.around, case.at()
            ),
        )

    @rule(flow=FLOWS, outcome=OUTCOMES)
    def approval_goes_on(self, flow: str, outcome: str) -> None:
        case = self.case
        for known in list(case.it.approvals.values()):
            if known.flow == flow and outcome == "RUNNING":
                case.it.record_progress(known.approval_id, outcome, case.at())
            elif known.flow == flow:
                case.it.record_result(known.approval_id, outcome, case.around, case.at())

    @rule(flow=FLOWS, stale=strategies.booleans())
    def watched_facts_move(self, flow: str, stale: bool) -> None:
        case = self.case
        for known in list(case.it.approvals.values()):
            if known.flow == flow and stale:
                case.it.go_stale(known.approval_id, case.at())
            elif known.flow == flow:
                case.it.refresh(known.approval_id, case.at())

    @rule(partner_led=strategies.booleans())
    def change_partner_led(self, partner_led: bool) -> None:
        case = self.case
        self.attempt(
            "partner-led-change",
            lambda it: it.change_partner_led(partner_led, case.around, case.at()),
        )

    @rule(text=strategies.sampled_from(["MES", "WMS"]))
    def revise_scope(self, text: str) -> None:
        case = self.case
        self.attempt("scope-revision", lambda it: it.revise_scope(text, [], case.at()))

    @rule(waived=RULES)
    def win(self, waived: frozenset[str]) -> None:
        case = self.case
        self.attempt("win", lambda it: it.win(case.around, case.at(), waived))

    @rule(reason=strategies.sampled_from(["PRICE", "DECLINED", "OTHER", "WEATHER"]))
    def lose(self, reason: str) -> None:
        case = self.case
        self.attempt("loss", lambda it: it.lose(reason, "", case.around, case.at()))

    @rule(reason=strategies.sampled_from(["DUPLICATE", "WEATHER"]))
    def void(self, reason: str) -> None:
        case = self.case
        self.attempt("void", lambda it: it.void(reason, "", case.around, case.at()))

    @rule(number=strategies.sampled_from(["HT-1", " "]), waived=RULES)
    def sign(self, number: str, waived: frozenset[str]) -> None:
        case = self.case
        self.attempt(
            "contract-signature",
            lambda it: it.sign_contract(number, "2026-01-01", case.around, case.at(), waived),
        )

    @rule(waived=RULES)
    def win_in_the_past(self, waived: frozenset[str]) -> None:
        case = self.case
        early = Moment(case.it.created_on.replace(year=2020), pinned=True)
        version = case.it.version
        with pytest.raises(DomainError):
            case.it.win(case.around, early, waived)
        assert case.it.version == version

    @invariant()
    def ends_are_final(self) -> None:
        it = getattr(self, "case", None) and self.case.it
        if not it:
            return
        if self.ended is not None:
            assert (it.facts.status, it.facts.stage) == self.ended
        if it.facts.status != "OPEN":
            self.ended = (it.facts.status, it.facts.stage)

    @invariant()
    def derived_values_follow(self) -> None:
        if not hasattr(self, "case"):
            return
        facts, grading = self.case.it.facts, POLICIES.grading
        stage = self.case.around.model.stage(facts.stage)
        assert facts.stage_win_probability == stage.win_probability
        manual = facts.manual_win_probability
        assert facts.win_probability == (manual if manual is not None else stage.win_probability)
        assert facts.probability_grade == grading.probability_grade(facts.win_probability)
        assert facts.amount_grade == grading.amount_grade(facts.base_amount_minor)

    @invariant()
    def at_most_one_approval_of_a_flow_runs(self) -> None:
        if not hasattr(self, "case"):
            return
        running = [a.flow for a in self.case.it.approvals.values() if a.running]
        assert len(running) == len(set(running))

    @invariant()
    def what_is_stale_is_not_passed(self) -> None:
        if not hasattr(self, "case"):
            return
        it = self.case.it
        for known in it.approvals.values():
            if known.status == "STALE":
                assert known.flow in it.facts.stale_flows
        assert it.granted("tas_6_3_bid_approval") is None or it.facts.bid_allowed_at

    @invariant()
    def effects_are_of_approvals_that_hold(self) -> None:
        if not hasattr(self, "case"):
            return
        it = self.case.it
        ended = {"REJECTED", "REVOKED", "TERMINATED", "REVERSED", "NOT_STARTED", "REQUESTED"}
        assert not any(it.approvals[id].status in ended for id in it.effects)
        entries = it.effect_lines("HOURS", "entries")
        assert it.facts.presales_half_hours == sum(entry["half_hours"] for entry in entries)

    @invariant()
    def a_contract_needs_a_win(self) -> None:
        if hasattr(self, "case") and self.case.it.contract_no is not None:
            assert self.case.it.facts.status == "WON"

    @invariant()
    def the_stored_stream_gives_the_same(self) -> None:
        """What is stored of the events rebuilds the same opportunity, in ever later times."""
        if not hasattr(self, "case"):
            return
        self.events += self.case.news()
        rebuilt: Opportunity | None = None
        for event in self.events:
            stored = MAPPER.to_stored_event(event)
            rebuilt = MAPPER.to_domain_event(stored).mutate(rebuilt)
        assert rebuilt == self.case.it
        times = [event.timestamp for event in self.events]
        assert times == sorted(times)


OpportunityMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None
)
TestOpportunityMachine = OpportunityMachine.TestCase
