"""An approval whose watched facts move is asked for again, without false alarms (D4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.contracts.approval import ApprovalCompleted
from opentas_shared.contracts.opportunity import (
    AmountRevised,
    ContractSigned,
    OpportunityLost,
    OpportunityWon,
    OwnerChanged,
    ScopeRevised,
    StageAdvanced,
)
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import utc_now
from tests.service.approval.world import request_of

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.contracts.contract import Contract
    from tests.service.approval.world import World

INITIATION = "tas_2_1_opportunity_initiation"
BID = "tas_6_3_bid_approval"
PROPOSAL = "tas_6_1_technical_proposal_review"
SCOPE = "tas_7_1_contract_scope_review"
AMOUNT = 150_000_00


class Subject:
    """One opportunity: it asks for approvals and tells what happens to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = new_id()
        self.facts: dict[str, Any] = {"scope_digest": "s-1", "base_amount_minor": AMOUNT}

    def ask(self, flow: str, request_no: int = 1) -> UUID:
        known = {"opportunity_id": self.id, "request_no": request_no, **self.facts}
        return self.world.ask(flow, **known)

    async def approved(self, flow: str, request_no: int = 1) -> UUID:
        id = self.ask(flow, request_no)
        await self.approve(id)
        return id

    async def approve(self, id: UUID) -> None:
        """Everybody who is asked agrees."""
        while (read := await self.world.read(id))["status"] == "RUNNING":
            nodes = [n for n in read["rounds"][-1]["nodes"] if n["status"] == "ACTIVE"]
            task = next(t for n in nodes for t in n["tasks"] if t["status"] == "OPEN")
            answer = await self.world.act(task["assignee_id"], "approval", id)
            assert answer.status_code == 200, answer.text
        assert read["status"] == "APPROVED"
        self.world.hear(completed(read))

    def tell(self, kind: type[Contract], **more: Any) -> None:
        own = {"amount_minor", "currency"}
        self.facts |= {name: value for name, value in more.items() if name not in own}
        known = {"opportunity_id": self.id, **self.facts}
        fields = request_of(BID, "chen.jing", **known).model_dump()
        self.world.hear(kind(**{**fields, **more}))


def completed(read: dict[str, Any]) -> ApprovalCompleted:
    about = ("flow", "subject_type", "subject_id", "submitter_id", "definition_version", "round")
    fields = {name: read[name] for name in about}
    return ApprovalCompleted(
        approval_id=read["id"], outcome=read["status"], completed_at=read["completed_at"], **fields
    )


@pytest.fixture
def subject(world: World) -> Subject:
    return Subject(world)


@pytest.mark.parametrize(
    ("flow", "kind", "change", "stale"),
    [
        (BID, AmountRevised, {"base_amount_minor": AMOUNT * 110 // 100}, False),
        (BID, AmountRevised, {"base_amount_minor": AMOUNT * 111 // 100}, True),
        (BID, AmountRevised, {"base_amount_minor": AMOUNT * 89 // 100}, True),
        (BID, AmountRevised, {"base_amount_minor": None, "amount": None}, True),
        (BID, AmountRevised, {"amount_grade": "B"}, True),
        (BID, ScopeRevised, {"scope_digest": "s-2"}, True),
        (BID, OwnerChanged, {"owner_id": "liu.yang", "previous_owner_id": "chen.jing"}, False),
        (INITIATION, AmountRevised, {"base_amount_minor": AMOUNT * 120 // 100}, False),
        (INITIATION, AmountRevised, {"base_amount_minor": AMOUNT * 121 // 100}, True),
        (INITIATION, ScopeRevised, {"scope_digest": "s-2"}, False),
        (SCOPE, ScopeRevised, {"scope_digest": "s-2"}, True),
        (PROPOSAL, ScopeRevised, {"scope_digest": "s-2"}, True),
        (PROPOSAL, AmountRevised, {"base_amount_minor": 1}, False),
    ],
)
async def test_changes_and_policies(
    subject: Subject, flow: str, kind: type[Contract], change: dict[str, Any], stale: bool
) -> None:
    form = {"form": {"text": "so"}} if flow not in (BID, INITIATION) else {}
    subject.facts |= form
    id = await subject.approved(flow)
    subject.facts.pop("form", None)
    subject.tell(kind, **change)
    read = await subject.world.read(id)
    assert read["stale"] is stale
    assert read["status"] == ("RUNNING" if stale else "APPROVED")
    assert read["round"] == (2 if stale else 1)


async def test_what_moved_is_named_and_asked_again_with_the_facts_of_now(subject: Subject) -> None:
    id = await subject.approved(BID)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    read = await subject.world.read(id)
    moved = {"fact": "base_amount_minor", "approved": AMOUNT, "now": AMOUNT * 2}
    assert read["rounds"][1]["changes"] == [moved]
    assert read["facts"]["base_amount_minor"] == AMOUNT * 2
    await subject.approve(id)
    read = await subject.world.read(id)
    assert (read["status"], read["stale"], len(read["rounds"])) == ("APPROVED", False, 2)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2 + 1)
    assert (await subject.world.read(id))["status"] == "APPROVED"


async def test_no_false_alarm_when_the_value_returns(subject: Subject) -> None:
    id = await subject.approved(BID)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 105 // 100)
    read = await subject.world.read(id)
    assert (read["status"], read["stale"]) == ("APPROVED", False)
    assert read["facts"]["base_amount_minor"] == AMOUNT, "the tolerance does not creep"
    assert read["rounds"][1]["outcome"] == "REFRESHED"
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 112 // 100)
    assert (await subject.world.read(id))["status"] == "RUNNING"


async def test_facts_that_move_on_while_it_is_asked_again_are_judged_at_the_end(
    subject: Subject,
) -> None:
    id = await subject.approved(BID)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 3)
    assert (await subject.world.read(id))["round"] == 2
    await subject.approve(id)
    read = await subject.world.read(id)
    assert (read["status"], read["round"]) == ("RUNNING", 3)
    assert read["facts"]["base_amount_minor"] == AMOUNT * 3


async def test_facts_that_moved_before_it_was_approved(subject: Subject) -> None:
    id = subject.ask(BID)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    assert (await subject.world.read(id))["round"] == 1
    await subject.approve(id)
    assert (await subject.world.read(id))["round"] == 2


async def test_one_that_is_rejected_the_second_time_is_rejected(subject: Subject) -> None:
    id = await subject.approved(BID)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    answer = await subject.world.act("zhao.min", "rejection", id, comment="no")
    assert answer.status_code == 200, answer.text
    subject.tell(AmountRevised, base_amount_minor=AMOUNT)
    assert (await subject.world.read(id))["status"] == "REJECTED"


@pytest.mark.parametrize(
    ("flow", "kind", "more", "used"),
    [
        (BID, StageAdvanced, {"from_stage": "ORGANIZE_BID", "to_stage": "SIGN"}, True),
        (
            BID,
            StageAdvanced,
            {"from_stage": "PRESENT", "to_stage": "SIGN", "skipped": ("ORGANIZE_BID",)},
            True,
        ),
        (BID, StageAdvanced, {"from_stage": "PRESENT", "to_stage": "ORGANIZE_BID"}, False),
        (BID, OpportunityWon, {}, True),
        (PROPOSAL, OpportunityWon, {}, True),
        (BID, OpportunityLost, {"reason": "PRICE"}, True),
        (INITIATION, StageAdvanced, {"from_stage": "INITIATE_OPPORTUNITY", "to_stage": "A"}, True),
        (SCOPE, OpportunityWon, {}, False),
        (
            SCOPE,
            ContractSigned,
            {"contract_no": "1", "signed_on": "2026-05-01", "signed_at": utc_now()},
            True,
        ),
    ],
)
async def test_once_the_gate_was_used_facts_may_move(
    subject: Subject, flow: str, kind: type[Contract], more: dict[str, Any], used: bool
) -> None:
    subject.facts |= {"form": {"text": "so"}} if flow in (SCOPE, PROPOSAL) else {}
    id = await subject.approved(flow)
    subject.facts.pop("form", None)
    subject.tell(kind, **more)
    subject.facts = {k: v for k, v in subject.facts.items() if k not in more}
    subject.tell(ScopeRevised, base_amount_minor=AMOUNT * 3, scope_digest="s-3")
    assert (await subject.world.read(id))["status"] == ("APPROVED" if used else "RUNNING")


async def test_only_the_latest_approval_of_a_flow_watches(subject: Subject) -> None:
    first = await subject.approved(BID)
    second = await subject.approved(BID, 2)
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    assert (await subject.world.read(first))["status"] == "APPROVED"
    assert (await subject.world.read(second))["status"] == "RUNNING"


async def test_one_that_was_taken_back_does_not_watch(subject: Subject) -> None:
    id = await subject.approved(BID)
    answer = await subject.world.act("chen.jing", "reversal", id, comment="not any more")
    assert answer.status_code == 200, answer.text
    subject.tell(AmountRevised, base_amount_minor=AMOUNT * 2)
    assert (await subject.world.read(id))["status"] == "REVERSED"
