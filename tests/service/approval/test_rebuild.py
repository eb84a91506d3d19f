"""Every read model equals a rebuild from the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.service import SERVICE
from opentas_shared.persistence.rebuild import rebuild_from_events

if TYPE_CHECKING:
    from tests.service.approval.world import World


async def test_read_models_equal_a_rebuild(world: World) -> None:
    ids = [world.ask(amount_grade=grade) for grade in "ABCA"]
    world.ask("tas_9_9_unknown")
    await world.act("zhao.min", "approval", ids[0])
    await world.act("zhao.min", "return", ids[1], comment="why")
    await world.act("chen.jing", "resubmission", ids[1], form={"reason": "so"})
    await world.act("admin", "rejection", ids[2], comment="no")
    before = await world.read(ids[1])
    for projection in SERVICE.projections:
        report = rebuild_from_events(world.resources.database, projection)
        assert report.events > 40
        assert not any(report.differences.values()), report
    assert await world.read(ids[1]) == before
