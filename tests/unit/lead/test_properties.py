"""Whatever is done to a lead, in whatever order: its states stay legal and nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lead_service.domain.allowed import against
from lead_service.domain.facts import LeadFacts, LeadOrigin
from lead_service.domain.lead import Lead
from lead_service.domain.opening import Opening
from lead_service.domain.states import LEGAL_IN, LeadCommand, LeadStatus
from lead_service.publishing import PUBLISHED
from lead_service.read_models.leads import apply, leads
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.mapping import MAPPER
from tests.unit.lead.leads import CREATION, POLICY
from tests.unit.lead.worlds import MemoryRows, record_of

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 1, tzinfo=UTC)
MOVES = {
    LeadStatus.NEW: {LeadStatus.SCREENING, LeadStatus.QUALIFIED, LeadStatus.DISCARDED},
    LeadStatus.SCREENING: {LeadStatus.QUALIFIED, LeadStatus.DISCARDED},
    LeadStatus.QUALIFIED: {LeadStatus.CONVERTED, LeadStatus.DISCARDED},
    LeadStatus.CONVERTED: set(),
    LeadStatus.DISCARDED: set(),
}
instants = st.integers(0, 400).map(lambda hours: START + timedelta(hours=hours))
moments = st.builds(Moment, instants, st.booleans())
people = st.sampled_from(["mia", "chen.jing", "wu.hao"])
waivers = st.sets(st.sampled_from(["R-01", "R-02", "R-03", "R-04"]))
criteria = st.sets(st.sampled_from(CREATION.criteria))
changes = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["MES", "ERP"]),
        "scale": st.sampled_from(["LARGE", "SMALL", "TINY", None]),
        "customer_importance": st.sampled_from(["IMPORTANT", "ORDINARY", None]),
        "solution_fit": st.sampled_from(["HIGH", "LOW", None]),
        "expected_start": st.dates(date(2025, 1, 1), date(2028, 1, 1)) | st.none(),
    },
)


class LeadLife(RuleBasedStateMachine):
    """Commands in any order, at any time, with any waiver."""

    @initialize(source=st.sampled_from(["", "unknown", "WEBSITE"]), at=instants)
    def capture(self, source: str, at: datetime) -> None:
        origin = LeadOrigin(source)
        self.lead = Lead.capture(new_id(), origin, LeadFacts("MES"), "mia", Moment(at))
        self.conversions = 0

    def attempt(self, command: LeadCommand, decide: Callable[[], None]) -> None:
        lead = self.lead
        before, status, version = lead.modified_on, lead.status, lead.version
        objections = list(against(command, lead, CREATION))
        try:
            decide()
        except DomainError as refusal:
            assert (lead.status, lead.version) == (status, version), "a refusal changes nothing"
            if refusal.code == "ILLEGAL_TRANSITION":
                assert status not in LEGAL_IN[command]
                assert objections
        else:
            assert status in LEGAL_IN[command], "no waiver makes a state legal"
            assert lead.modified_on >= before
            assert lead.status is status or lead.status in MOVES[status]
            self.conversions += command is LeadCommand.CONVERSION

    @rule(wanted=changes, at=moments)
    def change(self, wanted: dict[str, object], at: Moment) -> None:
        self.attempt(LeadCommand.CHANGE, lambda: self.lead.change(wanted, at))

    @rule(at=moments)
    def classify(self, at: Moment) -> None:
        self.attempt(LeadCommand.CLASSIFICATION, lambda: self.lead.classify(POLICY, at))

    @rule(
        wanted=st.sampled_from(POLICY.classes),
        reason=st.sampled_from([None, "Told on the phone"]),
        at=moments,
    )
    def classify_by_hand(self, wanted: str, reason: str | None, at: Moment) -> None:
        self.attempt(
            LeadCommand.CLASSIFICATION,
            lambda: self.lead.classify_by_hand(wanted, reason, POLICY, at),
        )

    @rule(owner=people, at=moments)
    def assign(self, owner: str, at: Moment) -> None:
        self.attempt(LeadCommand.ASSIGNMENT, lambda: self.lead.assign(owner, None, at))

    @rule(met=st.just(set(CREATION.criteria)) | criteria, waived=waivers, at=moments)
    def qualify(self, met: set[str], waived: set[str], at: Moment) -> None:
        self.attempt(
            LeadCommand.QUALIFICATION,
            lambda: self.lead.qualify(met, CREATION, at, waived=waived),
        )

    @rule(at=moments)
    def discard(self, at: Moment) -> None:
        self.attempt(LeadCommand.DISCARD, lambda: self.lead.discard("NO_NEED", None, at))

    @rule(owner=people, waived=waivers, at=moments)
    def convert(self, owner: str, waived: set[str], at: Moment) -> None:
        self.attempt(
            LeadCommand.CONVERSION,
            lambda: self.lead.convert(Opening(owner), "mia", CREATION, at, waived=waived),
        )

    @rule(owner=people, at=moments)
    def request_approval(self, owner: str, at: Moment) -> None:
        self.attempt(
            LeadCommand.APPROVAL_REQUESTS,
            lambda: self.lead.request_approval(
                Opening(owner), "It is time", "mia", None, CREATION, at
            ),
        )

    @rule(
        what=st.sampled_from(
            ["RUNNING", "RETURNED", "NOT_STARTED", "APPROVED", "REJECTED", "REVOKED", "REVERSED"]
        ),
        owner=people,
        hours=st.integers(0, 400),
    )
    def hear_of_the_newest_approval(self, what: str, owner: str, hours: int) -> None:
        lead, at = self.lead, Moment(START + timedelta(hours=hours))
        if not lead.approvals.known:
            return
        approval_id, before = lead.approvals.newest.approval_id, lead.status
        if what in ("RUNNING", "RETURNED", "NOT_STARTED"):
            lead.record_progress(approval_id, what, at)
        elif what == "REVERSED":
            lead.record_reversal(approval_id, "mia", at)
        else:
            approved = Opening(owner) if what == "APPROVED" else None
            lead.record_result(approval_id, what, approved, "sun.li", CREATION, at)
        if lead.status is not before:
            assert (what, before, lead.owner_id) == ("APPROVED", LeadStatus.QUALIFIED, owner)
            self.conversions += 1

    @invariant()
    def at_most_one_approval_runs(self) -> None:
        assert sum(known.running for known in self.lead.approvals.known.values()) <= 1

    @invariant()
    def converted_at_most_once(self) -> None:
        assert self.conversions == (self.lead.opportunity_id is not None)

    @invariant()
    def source_survives(self) -> None:
        events = self.lead.pending_events
        assert {event.source for event in events} == {self.lead.origin.source}  # type: ignore[attr-defined]

    def teardown(self) -> None:
        """What was stored rebuilds the lead and its row, and can be published."""
        lead = getattr(self, "lead", None)
        if lead is None:
            return
        rows, again = MemoryRows(), None
        for event in lead.collect_events():
            stored = MAPPER.to_domain_event(MAPPER.to_stored_event(event))
            again = stored.mutate(again)
            apply(stored, record_of(stored), rows)  # type: ignore[arg-type]
            if type(stored) in PUBLISHED:
                contract = PUBLISHED[type(stored)](stored, record_of(stored))
                assert type(contract).model_validate_json(contract.model_dump_json()) == contract
        assert again is not None
        assert vars(again) == vars(lead)
        row = rows.get(leads, id=lead.id)
        assert row is not None
        assert (row["status"], row["version"], row["owner_id"], row["source"]) == (
            lead.status,
            lead.version,
            lead.owner_id,
            lead.origin.source,
        )
        assert {name: row[name] for name in vars(lead.facts)} == vars(lead.facts)


LeadLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLeadLife = LeadLife.TestCase
