"""Whatever is asked and decided about a customer, in whatever order: nothing changes unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.customer import Customer
from lead_service.domain.customer_facts import CustomerFacts
from lead_service.domain.facts import primitives
from lead_service.domain.verification import ASSESSMENT_FLOW, VerificationStatus
from lead_service.publishing import PUBLISHED
from lead_service.read_models.customers import apply, customers
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.mapping import MAPPER
from tests.unit.lead.leads import CORE
from tests.unit.lead.worlds import MemoryRows, record_of

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 400).map(lambda hours: Moment(START + timedelta(hours=hours)))
names = st.sampled_from(["Huaxin", "Huaxin Group", "Huaxin Holding"])
core_changes = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "registration_no": st.sampled_from(["1", "2", None]),
        "industry": st.sampled_from(["IT", "MACHINERY", None]),
    },
)
ends = st.sampled_from(["APPROVED", "REJECTED", "REVOKED", "TERMINATED"])
steps = st.sampled_from(["RUNNING", "RETURNED", "NOT_STARTED"])


class CustomerLife(RuleBasedStateMachine):
    """Changes, requests and news of approvals in any order."""

    @initialize(registration_no=st.sampled_from(["1", None]))
    def register(self, registration_no: str | None) -> None:
        facts = CustomerFacts("Huaxin", registration_no=registration_no)
        self.customer = Customer.register(new_id(), facts, "mia", Moment(START))

    def attempt(self, decide: Callable[[], None]) -> bool:
        """Whether it was accepted; a refusal changes nothing."""
        version = self.customer.version
        try:
            decide()
        except DomainError:
            assert self.customer.version == version
            return False
        return True

    @rule(wanted=core_changes, at=moments)
    def change(self, wanted: dict[str, Any], at: Moment) -> None:
        customer = self.customer
        before = primitives(customer.facts)
        accepted = self.attempt(lambda: customer.change(wanted, CORE, at))
        changed = primitives(customer.facts) != before
        assert not changed or accepted
        assert not changed or customer.verification in CORE.open_in

    @rule(at=moments)
    def ask_for_assessment(self, at: Moment) -> None:
        self.attempt(lambda: self.customer.request_assessment({}, "mia", CORE, at))

    @rule(wanted=core_changes, at=moments)
    def propose(self, wanted: dict[str, Any], at: Moment) -> None:
        facts = self.customer.facts
        self.attempt(lambda: self.customer.request_core_change(wanted, None, "mia", CORE, at))
        assert self.customer.facts == facts

    @rule(which=st.integers(0, 9), status=steps, at=moments)
    def hear_of_progress(self, which: int, status: str, at: Moment) -> None:
        approval_id = self.approval(which)
        if approval_id is not None:
            facts = self.customer.facts
            self.customer.record_progress(approval_id, status, at)
            assert self.customer.facts == facts

    @rule(which=st.integers(0, 9), outcome=ends, at=moments)
    def hear_of_an_end(self, which: int, outcome: str, at: Moment) -> None:
        approval_id = self.approval(which)
        if approval_id is None:
            return
        customer, before = self.customer, primitives(self.customer.facts)
        known = customer.approvals.get(approval_id)
        customer.record_result(approval_id, outcome, None, "sun.li", CORE, at)
        after = primitives(customer.facts)
        if after != before:
            assert (known.flow, outcome, known.running) == (CORE_CHANGE_FLOW, "APPROVED", True)
            assert after == before | known.form["changes"]
            assert customer.approvals.get(approval_id).in_effect

    @rule(which=st.integers(0, 9), at=moments)
    def hear_of_a_reversal(self, which: int, at: Moment) -> None:
        approval_id = self.approval(which)
        if approval_id is not None:
            facts = self.customer.facts
            self.customer.record_reversal(approval_id, "sun.li", at)
            assert self.customer.facts == facts

    def approval(self, which: int) -> str | None:
        known = [*self.customer.approvals.known]
        return known[which % len(known)] if known else None

    @invariant()
    def it_is_in_assessment_exactly_while_one_runs(self) -> None:
        running = self.customer.approvals.running(ASSESSMENT_FLOW) is not None
        assert running == (self.customer.verification is VerificationStatus.IN_ASSESSMENT)

    @invariant()
    def it_is_verified_exactly_by_an_approval_in_force(self) -> None:
        verified = self.customer.verification is VerificationStatus.VERIFIED
        approval_id = self.customer.verified_by_approval
        if verified:
            assert approval_id is not None
            assert self.customer.approvals.get(approval_id).status == "APPROVED"

    def teardown(self) -> None:
        """What was stored rebuilds the customer and its row, and can be published."""
        customer = getattr(self, "customer", None)
        if customer is None:
            return
        rows, again = MemoryRows(), None
        for event in customer.collect_events():
            stored: Any = MAPPER.to_domain_event(MAPPER.to_stored_event(event))
            again = stored.mutate(again)
            apply(stored, record_of(stored), rows)  # type: ignore[arg-type]
            if type(stored) in PUBLISHED:
                contract = PUBLISHED[type(stored)](stored, record_of(stored))
                assert type(contract).model_validate_json(contract.model_dump_json()) == contract
        assert again is not None
        assert vars(again) == vars(customer)
        row = rows.get(customers, id=customer.id)
        assert row is not None
        assert row["verification_status"] == customer.verification
        assert {name: row[name] for name in vars(customer.facts)} == vars(customer.facts)
        proposed = {
            known.approval_id
            for known in customer.approvals.known.values()
            if known.running and known.flow == CORE_CHANGE_FLOW
        }
        assert set(row["proposed_changes"]) == proposed


CustomerLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestCustomerLife = CustomerLife.TestCase
