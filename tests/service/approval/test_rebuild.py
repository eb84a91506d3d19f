"""Every read model equals a rebuild from the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.service import SERVICE
from opentas_shared.persistence.rebuild import rebuild_from_events

if TYPE_CHECKING:
    from tests.service.approval.world import World


DIRECTOR = "zhao.min"


async def test_read_models_equal_a_rebuild(world: World) -> None:
    ids = [world.ask(amount_grade=grade) for grade in "ABCACCCC"]
    world.ask("tas_9_9_unknown")
    await world.act(DIRECTOR, "approval", ids[0])
    await world.act(DIRECTOR, "return", ids[1], comment="why")
    await world.act("chen.jing", "resubmission", ids[1], form={"reason": "so"})
    await world.act("admin", "rejection", ids[2], comment="no")
    await world.act(DIRECTOR, "approval", ids[3], comment="too quick")
    await world.act(DIRECTOR, "withdrawal", ids[3])
    await world.act(DIRECTOR, "delegation", ids[4], person_id="wu.hao")
    await world.act("wu.hao", "approval", ids[4], comment="yes")
    await world.act(DIRECTOR, "transfer", ids[4], person_id="feng.lan")
    await world.act(DIRECTOR, "signer", ids[5], person_id="wu.hao", position="AFTER")
    await world.act(DIRECTOR, "approval", ids[5])
    await world.act(DIRECTOR, "approval", ids[6])
    await world.act("chen.jing", "reversal", ids[6])
    await world.act("chen.jing", "copy", ids[7], people=["feng.lan"])
    await world.act("chen.jing", "comment", ids[7], comment="a word")
    reader = world.people("feng.lan")
    copy = (await reader.get("/v1/tasks?box=copied")).json()["items"][0]["copy"]
    assert (await reader.post(f"/v1/tasks/copies/{copy['id']}/receipt")).status_code == 201
    before = [await world.read(id) for id in ids]
    for projection in SERVICE.projections:
        report = rebuild_from_events(world.resources.database, projection)
        assert report.events > 40
        assert not any(report.differences.values()), report
    assert [await world.read(id) for id in ids] == before
