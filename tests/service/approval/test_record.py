"""The printable record: everything that was said, in both languages, escaped."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from approval_service.commands.publishing_flows import PublishDefinition, publish_definition
from approval_service.configuration.reading import read_definition
from opentas_shared.contracts.opportunity import AmountRevised
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from tests.service.approval.test_evidence import SECRET
from tests.service.approval.world import INITIATION, request_of

if TYPE_CHECKING:
    from uuid import UUID

    from tests.service.approval.world import World

EVIL = "<script>alert('x')</script>"
VOID = {"meta"}


class Tags(HTMLParser):
    """Which tags a page has; every one that is opened must be closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onload"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def told(world: World) -> UUID:
    """An approval with two rounds, a withdrawal, acts on behalf and machine decisions."""
    id = world.ask(amount_grade="A", form={"reason": EVIL})
    for who, noun, body in (
        ("zhao.min", "comment", {"comment": "a question"}),
        ("zhao.min", "return", {"comment": "numbers are missing"}),
        ("chen.jing", "resubmission", {"form": {"reason": "with numbers"}, "comment": EVIL}),
        ("zhao.min", "approval", {"comment": "hasty"}),
        ("zhao.min", "withdrawal", {"comment": "too hasty"}),
        ("zhao.min", "approval", {"comment": "considered"}),
    ):
        answer = await world.act(who, noun, id, **body)
        assert answer.status_code == 200, (noun, answer.text)
    return id


async def page(world: World, id: UUID, who: str = "admin", **query: str) -> str:
    answer = await world.people(who).get(
        f"/v1/approvals/{id}/record", params={"format": "html", **query}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


async def record(world: World, id: UUID, who: str = "admin") -> dict[str, Any]:
    answer = await world.people(who).get(f"/v1/approvals/{id}/record")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_everything_that_was_said_is_in_it(world: World) -> None:
    id = await told(world)
    made = await record(world, id)
    assert len(made["rounds"]) == 2
    assert [one["withdrawn"] for one in made["signatures"]] == [False, True, False]
    assert [one["decision"] for one in made["signatures"]] == ["RETURNED", "APPROVED", "APPROVED"]
    assert made["people"]["zhao.min"] == "赵敏"
    assert made["time_zone"] == "Asia/Shanghai"
    titles = {one["name"]: one["title_zh"] for one in made["form"]}
    assert titles["reason"] == "立项理由"
    facts = {one["name"]: (one["title"], one["value"]) for one in made["facts"]}
    assert facts["amount_grade"] == ("Amount grade", "A")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "审批记录",
                "商机立项流程",
                "销售总监审批",
                "第 2 轮",
                "退回",
                "已撤回",
                "签署",
                "+0800",
            ],
        ),
        ("en", ["Record of an approval", "Opportunity initiation", "Sales director", "Round 2"]),
    ],
)
async def test_the_page(world: World, lang: str, words: list[str]) -> None:
    id = await told(world)
    text = await page(world, id, lang=lang)
    for said in (*words, "赵敏 (zhao.min)", "hasty", "too hasty", "considered", "a question"):
        assert said in text
    assert "numbers are missing" in text
    assert EVIL not in text
    assert "&lt;script&gt;" in text
    assert "@media print" in text
    assert "http" not in text.replace("https", "http").partition("</style>")[2]
    assert not Tags(text).seen & {"script", "img", "link", "iframe"}


async def test_facts_that_moved_are_named(world: World) -> None:
    opportunity = new_id()
    id = world.ask(opportunity_id=opportunity)
    assert (await world.act("zhao.min", "approval", id)).status_code == 200
    changed = request_of(INITIATION, "chen.jing", opportunity_id=opportunity).model_dump()
    world.hear(AmountRevised(**{**changed, "base_amount_minor": 450_000_00}))
    moved = "金额（本位币最小单位）: 15000000 → 45000000"
    assert moved in await page(world, id, format="html", lang="zh")


async def test_the_accept_header_chooses(world: World) -> None:
    id = world.ask()
    path = f"/v1/approvals/{id}/record"
    for accept, kind in (
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
    ):
        answer = await world.people("admin").get(path, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(kind)


async def test_scope_and_hidden_fields_hold(world: World) -> None:
    command = PublishDefinition(read_definition(SECRET).as_definition(1), Moment.now())
    executor = world.resources.executor
    executor.submit(lambda work: publish_definition(command, work), Context("test")).result()
    id = world.ask("secret", form={"margin": 987654, "note": "n"})
    await world.act("zhao.min", "approval", id, form_changes={"margin": 987655})
    assert "98765" in await page(world, id)
    assert "98765" not in await page(world, id, "wu.hao")
    assert "98765" not in str(await record(world, id, "wu.hao"))
    answer = await world.people("huang.lei").get(f"/v1/approvals/{id}/record")
    assert answer.status_code == 404


async def test_one_that_did_not_start_can_be_printed(world: World) -> None:
    id = world.ask("tas_9_9_unknown")
    assert (await record(world, id))["rounds"] == []
    assert "There is no definition" in await page(world, id, lang="en")
