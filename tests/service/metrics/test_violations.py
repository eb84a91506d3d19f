"""Violations of the order of approvals, whatever the order in which their events arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metrics_service.configuration.order_rules import from_settings
from metrics_service.settings import MetricsSettings
from opentas_shared.contracts import approval, opportunity
from opentas_shared.runtime.settings import WrongSetting
from tests.unit.metrics.events import (
    Stream,
    an_approval,
    an_opportunity,
    completed,
    day,
    moved,
    reversed_,
    won,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.service.metrics.conftest import Caller

VIOLATIONS = "/v1/metrics/violations"
INITIATION, RESOURCES = "tas_2_1_opportunity_initiation", "tas_2_3_presales_resource_request"
SCOPE, BID = "tas_7_1_contract_scope_review", "tas_6_3_bid_approval"
TECHNICAL, COMMERCIAL = "tas_6_1_technical_proposal_review", "tas_6_2_commercial_review"


def an_approval_of(subject: Stream, flow: str, asked: float, approved: float | None) -> Stream:
    """An approval of a flow for an opportunity; ``None``: it runs."""
    stream = an_approval(f"{subject.name}-{flow}", day(asked), flow)
    stream.events.clear()
    stream.common["subject_id"] = str(subject.id)
    stream.add(approval.ApprovalStarted, day(asked), facts={}, submitted_at=day(asked))
    return stream if approved is None else completed(stream, day(approved))


def signed(stream: Stream, at: float, **more: Any) -> Stream:
    moment = day(at)
    return stream.add(
        opportunity.ContractSigned,
        moment,
        contract_no="1",
        signed_on=moment.date(),
        signed_at=moment,
        **more,
    )


async def found(ask: Caller, **filters: Any) -> list[tuple[Any, ...]]:
    items = (await ask.get(VIOLATIONS, sort="at", **filters))["items"]
    return [(item["rule"], item["happened"], item["kind"]) for item in items]


async def test_what_comes_in_order_is_no_violation(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    sale = an_opportunity("a", day(0), model="SM-X")
    flows = [(INITIATION, 1), (RESOURCES, 2), (TECHNICAL, 3), (COMMERCIAL, 3), (BID, 5)]
    approvals = [an_approval_of(sale, flow, at, at + 1) for flow, at in flows]
    approvals.append(an_approval_of(sale, SCOPE, 8, 9))
    signed(won(sale, day(7)), 9)
    apply(event for stream in [sale, *approvals] for event in stream.events)
    assert await found(ask) == []


async def test_decided_after_the_fact_and_never(ask: Caller, apply: Callable[[Any], None]) -> None:
    sale = signed(won(an_opportunity("a", day(0), model="SM-X"), day(5)), 7)
    scope = an_approval_of(sale, SCOPE, 6, 9)
    resources = an_approval_of(sale, RESOURCES, 1, None)
    apply(event for stream in [scope, resources, sale] for event in reversed(stream.events))
    assert await found(ask) == [
        ("R-12", "ASKED", "MISSING"),
        ("R-20", "SIGNED", "AFTER_THE_FACT"),
    ]
    [item] = (await ask.get(VIOLATIONS, flow=SCOPE))["items"]
    instants = (item["at"], item["required_at"])
    assert instants == tuple(day(n).isoformat().replace("+00:00", "Z") for n in (7, 9))
    assert item["links"] == {
        "subject": f"/v1/opportunities/{sale.id}",
        "required": f"/v1/approvals/{scope.id}",
    }
    assert await found(ask, as_of=day(8).isoformat(), rule="R-20") == [
        ("R-20", "SIGNED", "MISSING")
    ]
    assert await found(ask, kind="AFTER_THE_FACT", to=day(6).date().isoformat()) == []


async def test_an_approval_that_was_taken_back_does_not_stand(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    sale = an_opportunity("a", day(0), model="SM-X")
    initiation = reversed_(an_approval_of(sale, INITIATION, 1, 2), day(3))
    again = an_approval_of(sale, RESOURCES, 4, None)
    apply(event for stream in [sale, initiation, again] for event in stream.events)
    assert await found(ask) == [("R-12", "ASKED", "MISSING")]


async def test_a_late_entry_clears_a_violation(ask: Caller, apply: Callable[[Any], None]) -> None:
    sale = an_opportunity("a", day(0), model="SM-X")
    bid = an_approval_of(sale, BID, 4, 6)
    apply([*sale.events, *bid.events])
    assert await found(ask) == [("R-18", "APPROVED", "MISSING")] * 2
    late = [an_approval_of(sale, flow, 2, 3) for flow in (TECHNICAL, COMMERCIAL)]
    apply(event for stream in late for event in stream.events)
    assert await found(ask) == []


async def test_a_stage_left_early_and_waived_rules_in_the_data_scope(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    left = an_opportunity("a", day(0), stage="INITIATE_OPPORTUNITY", owner="li")
    moved(left, day(1), "PRESENT_VALUE")
    imported = won(an_opportunity("b", day(0)), day(2))
    imported.events.pop()
    imported.add(opportunity.OpportunityWon, day(2), status="WON", waived_rules=("R-18",))
    apply([*left.events, *imported.events])
    items = (await ask.get(VIOLATIONS, sort="at"))["items"]
    assert [(item["rule"], item["happened_to"], item["waived"]) for item in items] == [
        ("R-12", "INITIATE_OPPORTUNITY", False),
        ("R-18", "", True),
    ]
    assert await found(ask, waived=False) == [("R-12", "LEFT_STAGE", "MISSING")]
    assert await found(ask, user="li", role="sales") == [("R-12", "LEFT_STAGE", "MISSING")]


async def test_pages_do_not_overlap(ask: Caller, apply: Callable[[Any], None]) -> None:
    sales = [won(an_opportunity(str(n), day(0)), day(2)) for n in range(5)]
    apply(event for stream in sales for event in stream.events)
    seen, cursor = [], {}
    for _ in range(3):
        page = await ask.get(VIOLATIONS, limit=2, include_total=True, **cursor)
        assert page["total"] == 5
        seen += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert len(set(seen)) == 5


def test_a_rule_that_makes_no_sense_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "- {rule: R-1, title: {zh: 甲, en: A}, breach: {kind: ASKED}, needs: {kind: WON}}"
    )
    with pytest.raises(WrongSetting, match="ASKED names its flow"):
        from_settings(MetricsSettings.model_construct(order_rules_file=file))
