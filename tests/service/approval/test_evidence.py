"""What an approver saw never changes, whatever changes later (D3)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from approval_service.commands.publishing_flows import PublishDefinition, publish_definition
from approval_service.configuration.configured import configured
from approval_service.configuration.reading import read_definition
from opentas_shared.contracts.opportunity import AmountRevised, OwnerChanged
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from tests.service.approval.world import INITIATION, request_of

if TYPE_CHECKING:
    from uuid import UUID

    from tests.service.approval.world import World

AMOUNT = 150_000_00
SECRET = """
flow: secret
number: TAS 9-9
labels: {zh: 保密, en: Secret}
subject: opportunity
form:
  type: object
  properties:
    margin: {type: integer, title: Margin, title_zh: 毛利}
    note: {type: string}
nodes:
  - id: first
    labels: {zh: 一, en: One}
    approvers: [{user: zhao.min}]
    fields: {margin: WRITE}
  - id: second
    labels: {zh: 二, en: Two}
    approvers: [{user: wu.hao}]
    fields: {margin: HIDDEN}
""".encode()


async def evidence(world: World, id: UUID, no: int, who: str = "admin") -> dict[str, Any]:
    answer = await world.people(who).get(f"/v1/approvals/{id}/decisions/{no}/evidence")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def canonical(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def publish(world: World, definition: Any) -> None:
    command = PublishDefinition(definition, Moment.now())
    executor = world.resources.executor
    executor.submit(lambda work: publish_definition(command, work), Context("test")).result()


async def test_it_is_byte_identical_after_everything_changed(world: World) -> None:
    opportunity = new_id()
    customer = str(new_id())
    facts = {"customer_id": customer, "amount_minor": AMOUNT, "currency": "CNY"}
    id = world.ask(opportunity_id=opportunity, amount_grade="A", facts=facts)
    await world.act("zhao.min", "comment", id, comment="first thoughts")
    assert (await world.act("zhao.min", "approval", id, comment="good")).status_code == 200
    assert (await world.act("wu.hao", "approval", id, comment="fits")).status_code == 200
    before = [await evidence(world, id, no) for no in (1, 2)]
    assert before[1]["difference_to_now"]["facts"] == []

    moved = {"opportunity_id": opportunity, "amount_grade": "A"}
    changed = request_of(INITIATION, "liu.yang", **moved).model_dump()
    changed |= {"base_amount_minor": AMOUNT * 2, "customer_id": str(new_id())}
    changed |= {"amount": {"amount_minor": AMOUNT * 2, "currency": "CNY"}}
    world.hear(AmountRevised(**changed))
    world.hear(OwnerChanged(**{**changed, "previous_owner_id": "chen.jing"}))
    shipped = next(one for one in configured().definitions if one.flow == INITIATION)
    publish(world, type(shipped)(**{**vars_of(shipped), "version": shipped.version + 1}))
    assert (await world.act("zheng.kai", "approval", id)).status_code == 200

    after = [await evidence(world, id, no) for no in (1, 2)]
    for then, now in zip(before, after, strict=True):
        assert canonical(then["evidence"]) == canonical(now["evidence"])
        assert then["sha256"] == now["sha256"] == sha256(canonical(now["evidence"])).hexdigest()
    difference = after[0]["difference_to_now"]
    named = {one["fact"]: (one["then"], one["now"]) for one in difference["facts"]}
    assert named["base_amount_minor"] == (AMOUNT, AMOUNT * 2)
    assert named["amount_minor"] == (AMOUNT, AMOUNT * 2)
    assert named["owner_id"] == ("chen.jing", "liu.yang")
    assert named["customer_id"] == (customer, changed["customer_id"])
    assert set(named) == {"base_amount_minor", "amount_minor", "owner_id", "customer_id"}
    version = shipped.version
    assert difference["definition_version"] == {"then": version, "now": version + 1}


async def test_it_is_what_lay_before_the_approver(world: World) -> None:
    id = world.ask(amount_grade="A", form={"reason": "why"})
    await world.act("zhao.min", "comment", id, comment="thinking")
    await world.act("zhao.min", "approval", id, comment="good")
    await world.act("wu.hao", "approval", id, comment="fits")
    first = (await evidence(world, id, 1))["evidence"]
    second = (await evidence(world, id, 2))["evidence"]
    assert first["facts"]["base_amount_minor"] == AMOUNT
    assert first["form"] == {"reason": "why"}
    assert first["subject"] == {"type": "opportunity", "id": first["subject"]["id"], "version": 7}
    assert first["definition"]["node"]["id"] == "sales_director"
    assert first["approvers"]["reason_code"] == "DIRECTORY"
    assert "zhao.min" in [one["person"] for one in first["approvers"]["people"]]
    assert first["task"]["assignee_id"] == "zhao.min"
    assert first["task"]["due_at"] is not None
    assert first["opinions"] == []
    assert [one["comment"] for one in first["comments"]] == ["thinking"]
    assert [one["comment"] for one in second["opinions"]] == ["good"]
    assert first["stream_position"] < second["stream_position"]
    assert first["approval_version"] < second["approval_version"]


async def test_withdrawn_decisions_keep_their_number_and_evidence(world: World) -> None:
    id = world.ask(amount_grade="A")
    await world.act("zhao.min", "approval", id, comment="good")
    before = await evidence(world, id, 1)
    answer = await world.act("zhao.min", "withdrawal", id, comment="oh no")
    assert answer.status_code == 200, answer.text
    await world.act("zhao.min", "approval", id, comment="after all")
    assert (await evidence(world, id, 1))["evidence"] == before["evidence"]
    assert (await evidence(world, id, 2))["evidence"]["opinions"][0]["withdrawn"] is True
    items = (await world.people("admin").get(f"/v1/approvals/{id}/decisions")).json()["items"]
    assert [one["no"] for one in items] == [1, 2]
    assert items[0]["withdrawn"]["comment"] == "oh no"
    assert items[1]["withdrawn"] is None
    assert items[0]["evidence_url"] == f"/v1/approvals/{id}/decisions/1/evidence"


async def test_hidden_fields_stay_hidden(world: World) -> None:
    file = read_definition(SECRET)
    publish(world, file.as_definition(1))
    id = world.ask("secret", form={"margin": 7, "note": "n"})
    answer = await world.act("zhao.min", "approval", id, form_changes={"margin": 9})
    assert answer.status_code == 200, answer.text
    answer = await world.act("wu.hao", "approval", id)
    assert answer.status_code == 200, answer.text
    seen = await evidence(world, id, 1)
    assert seen["evidence"]["form"] == {"margin": 7, "note": "n"}
    assert seen["evidence"]["fields"] == {"margin": "WRITE", "note": "READ"}
    withheld = await evidence(world, id, 1, "wu.hao")
    assert withheld["evidence"]["form"] == {"note": "n"}
    assert withheld["withheld"] == ["margin"]
    assert withheld["sha256"] == seen["sha256"]
    second = await evidence(world, id, 2)
    assert second["evidence"]["form"] == {"note": "n"}
    assert second["evidence"]["opinions"][0]["form_changes"] == {}
    assert "9" not in str(second["evidence"]["form"])


@pytest.mark.parametrize(("no", "who"), [(1, "huang.lei"), (9, "admin"), (0, "admin")])
async def test_nothing_outside_the_scope(world: World, no: int, who: str) -> None:
    id = world.ask()
    await world.act("zhao.min", "approval", id)
    answer = await world.people(who).get(f"/v1/approvals/{id}/decisions/{no}/evidence")
    assert answer.status_code == 404


def vars_of(definition: Any) -> dict[str, Any]:
    return {name: getattr(definition, name) for name in definition.__dataclass_fields__}
