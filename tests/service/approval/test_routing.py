"""Whom each source names in the demonstration organisation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.routing import Case
from approval_service.domain.flows.nodes import Approvers
from approval_service.domain.flows.policies import ApproverKind, Clock, Limit
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.approval.world import World

FORM = {
    "reviewers": ["feng.lan", "unknown", 5],
    "reviewer": "jiang.bo",
    "chosen_approvers": {"one": ["ma.chao"], "two": "tang.li"},
}


@pytest.fixture
def routing(world: World) -> Iterator[DirectoryRouting]:
    with world.resources.database.read() as connection:
        yield DirectoryRouting(Rows(RowStore(connection)))


def case(submitter: str = "chen.jing", **more: Any) -> Case:
    facts = {"owner_id": "huang.lei", "form": FORM, "amount_grade": "A", **more.pop("facts", {})}
    return Case("flow", submitter, facts, **{"node": "one", **more})


def named(routing: DirectoryRouting, source: Approvers, at: Case) -> list[str]:
    return [one.person for one in routing.people((source,), at).candidates]


NAMED: list[tuple[Approvers, Case, list[str]]] = [
    (Approvers(ApproverKind.USER, "zhao.min"), case(), ["zhao.min"]),
    (Approvers(ApproverKind.USER, "nobody"), case(), []),
    (Approvers(ApproverKind.ROLE, "sales_director"), case(), ["admin", "zhao.min"]),
    (
        Approvers(ApproverKind.ROLE, "sales_supervisor", nearest=True),
        case(),
        ["li.wei"],
    ),
    (
        Approvers(ApproverKind.ROLE, "sales_supervisor", nearest=True),
        case("li.wei"),
        ["admin"],
    ),
    (Approvers(ApproverKind.DEPARTMENT, "delivery"), case(), ["cao.ying", "zheng.kai"]),
    (Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "submitter"), case(), ["li.wei"]),
    (Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "submitter"), case("li.wei"), ["zhao.min"]),
    (Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "owner"), case(), ["sun.tao"]),
    (Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "owner"), case("sun.tao"), ["zhao.min"]),
    (Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "finance"), case(), ["feng.lan"]),
    (
        Approvers(ApproverKind.HEAD_OF_DEPARTMENT, "finance"),
        case("feng.lan"),
        ["zhou.guoqiang"],
    ),
    (
        Approvers(ApproverKind.CHAIN_OF_HEADS, "submitter"),
        case(),
        ["li.wei", "zhao.min", "zhou.guoqiang"],
    ),
    (
        Approvers(ApproverKind.CHAIN_OF_HEADS, "submitter", levels=2),
        case(),
        ["li.wei", "zhao.min"],
    ),
    (
        Approvers(ApproverKind.CHAIN_OF_HEADS, "submitter", levels=2, downwards=True),
        case(),
        ["zhou.guoqiang", "zhao.min"],
    ),
    (
        Approvers(ApproverKind.CHAIN_OF_HEADS, "owner", levels=1),
        case(),
        ["sun.tao"],
    ),
    (Approvers(ApproverKind.SUBMITTER), case(), ["chen.jing"]),
    (Approvers(ApproverKind.SUBMITTER_CHOICE), case(), ["ma.chao"]),
    (Approvers(ApproverKind.SUBMITTER_CHOICE), case(node="two"), ["tang.li"]),
    (Approvers(ApproverKind.SUBMITTER_CHOICE), case(node="three"), []),
    (Approvers(ApproverKind.APPROVER_CHOICE), case(), []),
    (
        Approvers(ApproverKind.APPROVER_CHOICE),
        case(next={"people": ["ma.chao", "tang.li"]}),
        ["ma.chao", "tang.li"],
    ),
    (
        Approvers(ApproverKind.APPROVER_CHOICE),
        case(next={"role": "delivery_manager"}),
        ["admin", "zheng.kai"],
    ),
    (Approvers(ApproverKind.FORM_FIELD, "reviewers"), case(), ["feng.lan"]),
    (Approvers(ApproverKind.FORM_FIELD, "reviewer"), case(), ["jiang.bo"]),
    (Approvers(ApproverKind.FORM_FIELD, "nothing"), case(), []),
    (Approvers(ApproverKind.EXPRESSION, "owner_id"), case(), ["huang.lei"]),
    (
        Approvers(ApproverKind.EXPRESSION, "amount_grade == 'A' ? ['zhao.min', owner_id] : []"),
        case(),
        ["zhao.min", "huang.lei"],
    ),
    (Approvers(ApproverKind.EXPRESSION, "form.missing"), case(), []),
    (Approvers(ApproverKind.EXPRESSION, "1"), case(), []),
]


def test_each_source_names_its_people(routing: DirectoryRouting) -> None:
    for source, asked, people in NAMED:
        assert named(routing, source, asked) == people, (source, asked)


def test_sources_add_up_and_name_nobody_twice(routing: DirectoryRouting) -> None:
    sources = (
        Approvers(ApproverKind.ROLE, "solution_manager"),
        Approvers(ApproverKind.USER, "wu.hao"),
        Approvers(ApproverKind.FORM_FIELD, "reviewer"),
    )
    found = routing.people(sources, case())
    assert [one.person for one in found.candidates] == ["admin", "wu.hao", "jiang.bo"]
    assert found.candidates[1].role == "solution_manager"
    assert found.reason == "ROLE solution_manager, USER wu.hao, FORM_FIELD reviewer"


def test_an_expression_without_an_answer_is_a_reason(routing: DirectoryRouting) -> None:
    found = routing.people((Approvers(ApproverKind.EXPRESSION, "form.missing"),), case())
    assert found.candidates == ()
    assert found.reason.startswith("EXPRESSION form.missing: ")


def test_a_condition_without_an_answer_holds_and_says_so(routing: DirectoryRouting) -> None:
    unknown = case(facts={"base_amount_minor": None})
    verdict = routing.applies("base_amount_minor > 5", unknown)
    assert (verdict.applies, verdict.reason_code) == (True, "CONDITION_UNDECIDABLE")
    assert routing.applies("amount_grade == 'A'", unknown).applies
    assert routing.applies("amount_grade == 'B'", unknown).reason_code == "CONDITION_FALSE"
    assert routing.applies(None, unknown).applies


def test_limits_run_on_the_calendar_of_the_assignee(routing: DirectoryRouting) -> None:
    friday = datetime.fromisoformat("2026-09-18T16:00:00+08:00")
    limit = Limit(16 * 60, remind=(60,))
    first, last = routing.instants(limit, "zhao.min", friday)
    assert first == datetime.fromisoformat("2026-09-18T17:00:00+08:00")
    # 2 hours on Friday, 8 on Sunday, a make-up day for the national holiday, 6 on Monday
    assert last == datetime.fromisoformat("2026-09-21T17:00:00+08:00")
    always = Limit(16 * 60, Clock.CALENDAR)
    assert routing.instants(always, "zhao.min", friday) == (
        datetime.fromisoformat("2026-09-19T08:00:00+08:00"),
    )
