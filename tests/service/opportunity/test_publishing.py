"""What is published of an opportunity, and what stays in the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.lead import Amount
from opentas_shared.contracts.opportunity import OpportunityOpened
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.publishing import PUBLISHED
from opportunity_service.service import SERVICE
from tests.service.opportunity.test_story import YES, ready_to_bid
from tests.support.opportunity_flows import FLOW_2_1

if TYPE_CHECKING:
    from opentas_shared.contracts.contract import Contract
    from tests.service.opportunity.conftest import Calls


async def published(chen: Calls) -> list[Contract]:
    """The contracts of everything that happened, in order."""
    events = chen.app.state.resources.events.after(0, 1000)
    return [
        PUBLISHED[type(event)](event, recorded)
        for event, recorded in events
        if type(event) in PUBLISHED
    ]


def test_only_bookkeeping_stays_private() -> None:
    private = {
        member.TOPIC
        for name, member in vars(Opportunity).items()
        if isinstance(member, type)
        and issubclass(member, Opportunity.Event)
        and name != "Event"
        and member not in PUBLISHED
    }
    assert private == {
        "opportunity.described",
        "opportunity.go_no_go_answered",
        "opportunity.approval_progressed",
    }


async def test_every_event_carries_what_subscribers_need(chen: Calls) -> None:
    id = await ready_to_bid(chen)
    await chen.do(id, "probability-revision", win_probability=66)
    await chen.do(id, "strategic-grading", strategic_grade="KEY")
    await chen.do(id, "owner-change", owner_id="sun.li")
    await chen.do(id, "amount-revision", amount={"amount_minor": 5, "currency": "CNY"})
    await chen.do(id, "stage-reversal", to_stage="PRESENT_VALUE")
    await chen.do(id, "void", reason="DUPLICATE")
    contracts: list[Any] = [one for one in await published(chen) if hasattr(one, "owner_id")]
    assert [type(one).__name__ for one in contracts] == [
        "OpportunityOpened",
        "ApprovalRequested",
        "ApprovalResultRecorded",
        "OpportunityInitiated",
        "StageAdvanced",
        "ProbabilityRevised",
        "GradeChanged",
        "OwnerChanged",
        "AmountRevised",
        "StageReverted",
        "OpportunityVoided",
    ]
    for one in contracts:
        assert str(one.opportunity_id) == id
        assert one.source == "WEBSITE"
        assert one.base_currency == "CNY"
        assert type(one).model_validate_json(one.model_dump_json()) == one
    opened, asked, _, initiated, advanced, *_, reverted, voided = contracts
    assert isinstance(opened, OpportunityOpened)
    assert [stage.order for stage in opened.stages] == [1, 2, 3, 4, 5, 6]
    assert (asked.flow, asked.request_no, asked.submitter_id) == (FLOW_2_1, 1, "chen.jing")
    assert asked.facts["base_amount_minor"] == 150_000_000
    assert asked.facts["amount_grade"] == "A"
    assert (initiated.flow, initiated.approval_id) == (FLOW_2_1, asked.approval_id)
    assert initiated.initiated_at is not None
    assert advanced.skipped == ("INITIATE_OPPORTUNITY", "ANALYZE_REQUIREMENTS", "PRESENT_VALUE")
    assert (reverted.win_probability, reverted.amount_grade) == (66, "C")
    assert (voided.status, voided.owner_id, voided.reason) == ("VOID", "sun.li", "DUPLICATE")


async def test_no_free_text_of_answers_is_published(chen: Calls) -> None:
    id = await chen.converted(amount=Amount(amount_minor=1, currency="CNY"))
    await chen.do(id, "go-no-go", can_we_win=YES)
    assert all(YES["note"] not in one.model_dump_json() for one in await published(chen))


async def test_the_stage_models_are_published_once(chen: Calls) -> None:
    await chen.converted()
    SERVICE.on_start(chen.app.state.resources)  # type: ignore[misc]
    await chen.converted()
    models = [one for one in await published(chen) if type(one).__name__ == "StageModelPublished"]
    assert sorted(one.stage_model for one in models) == [  # type: ignore[attr-defined]
        "BPIC2012",
        "SM-AF",
        "SM-TAS",
    ]
