"""Timers fire once, at their time on the working calendar, whatever happens to processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from approval_service.commands.firing_timers import FireTimer, fire_timer
from approval_service.commands.publishing_flows import PublishDefinition, publish_definition
from approval_service.configuration.flow_file import FlowFile
from approval_service.read_models.timers import due, overdue, timers
from approval_service.service import SERVICE
from approval_service.timekeeper import Timekeeper
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.recorded import Context

if TYPE_CHECKING:
    from uuid import UUID

    from tests.service.approval.world import World

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMED = """
flow: timed
number: TAS 9-9
labels: {{zh: 限时, en: Timed}}
subject: opportunity
nodes:
  - id: first
    labels: {{zh: 一, en: One}}
    approvers: [{{user: zhao.min}}]
    limit: {limit}
  - id: second
    labels: {{zh: 二, en: Two}}
    approvers: [{{user: wu.hao}}]
"""


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


MORNING = shanghai("2026-03-02T09:00")


def publish(world: World, limit: str) -> None:
    file = FlowFile.model_validate(yaml.safe_load(TIMED.format(limit=limit)))
    moment = Moment(MORNING - timedelta(days=1))
    command = PublishDefinition(file.as_definition(1), moment)
    executor = world.resources.executor
    executor.submit(lambda w: publish_definition(command, w), Context("test", moment)).result()


def keeper(world: World, now: datetime, executor: Executor | None = None) -> Timekeeper:
    resources = world.resources
    return Timekeeper(executor or resources.executor, resources.database, lambda: now)


def pass_time(world: World, now: datetime) -> int:
    return keeper(world, now).fire_due()


def fired(world: World, id: UUID) -> list[tuple[str, str | None]]:
    stream = world.resources.events.history(id)
    return [(e.action, e.to) for e, r in stream if r.topic == "approval.timer_fired"]  # type: ignore[attr-defined]


async def asked(world: World, id: UUID) -> list[str]:
    nodes = (await world.read(id))["rounds"][-1]["nodes"]
    return [t["assignee_id"] for n in nodes for t in n["tasks"] if t["status"] == "OPEN"]


@pytest.mark.parametrize(
    ("assigned", "reminded", "escalated"),
    [
        # 16 and 8 hours of days of 7.5: Saturday 14 February is worked, then comes 春节.
        ("2026-02-13T09:00", "2026-02-14T09:30", "2026-02-24T10:00"),
        ("2026-02-14T13:30", "2026-02-24T14:00", "2026-02-25T14:30"),
        # 国庆节, and Saturday 10 October is worked for it.
        ("2026-09-30T09:00", "2026-10-08T09:30", "2026-10-09T10:00"),
        ("2026-10-09T09:00", "2026-10-10T09:30", "2026-10-12T10:00"),
        # 元旦, 清明节, 劳动节, 端午节, 中秋节
        ("2025-12-31T09:00", "2026-01-04T09:30", "2026-01-05T10:00"),
        ("2026-04-03T09:00", "2026-04-07T09:30", "2026-04-08T10:00"),
        ("2026-04-30T09:00", "2026-05-06T09:30", "2026-05-07T10:00"),
        ("2026-05-08T09:00", "2026-05-09T09:30", "2026-05-11T10:00"),
        ("2026-06-18T09:00", "2026-06-22T09:30", "2026-06-23T10:00"),
        ("2026-09-24T09:00", "2026-09-28T09:30", "2026-09-29T10:00"),
    ],
)
async def test_limits_run_in_working_time(
    world: World, assigned: str, reminded: str, escalated: str
) -> None:
    publish(world, "{time: PT16H, remind: [PT8H], action: ESCALATE}")
    id = world.ask("timed", at=shanghai(assigned))
    second = timedelta(seconds=1)
    reminds, ends = shanghai(reminded), shanghai(escalated)
    assert pass_time(world, reminds - second) == 0
    assert pass_time(world, reminds) == 1
    assert fired(world, id) == [("REMIND", None)]
    assert pass_time(world, ends - second) == 0
    task = (await world.read(id))["rounds"][0]["nodes"][0]["tasks"][0]
    assert datetime.fromisoformat(task["due_at"]) == ends
    pass_time(world, ends)
    assert fired(world, id) == [("REMIND", None), ("ESCALATE", "zhou.guoqiang")]
    assert await asked(world, id) == ["zhou.guoqiang"]
    assert pass_time(world, ends) == 0


@pytest.mark.parametrize(
    ("limit", "then", "status"),
    [
        ("{time: PT2H, action: REMIND}", ["zhao.min"], "RUNNING"),
        ("{time: PT2H, action: ESCALATE}", ["zhou.guoqiang"], "RUNNING"),
        ("{time: PT2H, action: TRANSFER, to: zheng.kai}", ["zheng.kai"], "RUNNING"),
        ("{time: PT2H, action: APPROVE}", ["wu.hao"], "RUNNING"),
        ("{time: PT2H, action: REJECT}", [], "REJECTED"),
    ],
)
async def test_what_a_limit_does(world: World, limit: str, then: list[str], status: str) -> None:
    publish(world, limit)
    id = world.ask("timed", at=MORNING)
    assert pass_time(world, MORNING + timedelta(hours=2)) == 1
    assert await asked(world, id) == then
    assert (await world.read(id))["status"] == status


async def test_the_timers_of_a_node_that_is_entered_again_run_anew(world: World) -> None:
    publish(world, "{time: PT2H, action: ESCALATE}")
    id = world.ask("timed", at=MORNING)
    answer = await world.act("zhao.min", "return", id, comment="more")
    assert answer.status_code == 200, answer.text
    assert pass_time(world, MORNING + timedelta(days=1000)) == 0
    answer = await world.act("chen.jing", "resubmission", id, form={})
    assert answer.status_code == 200, answer.text
    (row,) = waiting(world)
    assert row["approval_id"] == id
    assert pass_time(world, row["fires_at"]) == 1
    assert await asked(world, id) == ["zhou.guoqiang"]


async def test_a_decided_task_has_no_timer(world: World) -> None:
    publish(world, "{time: PT2H, action: ESCALATE}")
    id = world.ask("timed", at=MORNING)
    assert [row["approval_id"] for row in waiting(world)] == [id]
    assert (await world.act("zhao.min", "approval", id)).status_code == 200
    assert waiting(world) == []


async def test_a_process_that_dies_between_due_and_fired_loses_no_timer(world: World) -> None:
    publish(world, "{time: PT2H, action: ESCALATE}")
    ids = [world.ask("timed", at=MORNING) for _ in range(5)]
    late = MORNING + timedelta(hours=3)
    seen = waiting(world)
    dying = Executor(world.resources.database, SERVICE.projections)
    commands = [
        FireTimer(r["approval_id"], r["task_id"], r["timer_no"], Moment(late)) for r in seen
    ]
    context = Context("system:approval-service", Moment(late))
    for command in commands:  # handed over, but the process never comes to it
        dying.submit(partial(fire_timer, command), context)
    assert pass_time(world, late) == 5
    assert [fired(world, id) for id in ids] == [[("ESCALATE", "zhou.guoqiang")]] * 5
    dying.start()  # and should it come to it after all, nothing happens twice
    dying.stop()
    assert [fired(world, id) for id in ids] == [[("ESCALATE", "zhou.guoqiang")]] * 5


async def test_two_workers_at_once_fire_each_timer_once(world: World) -> None:
    publish(world, "{time: PT2H, remind: [PT1H], action: ESCALATE}")
    ids = [world.ask("timed", at=MORNING) for _ in range(150)]
    late = MORNING + timedelta(hours=3)
    other = Executor(world.resources.database, SERVICE.projections)
    other.start()
    try:
        with ThreadPoolExecutor(2) as threads:
            keepers = [keeper(world, late), keeper(world, late, other)]
            list(threads.map(Timekeeper.fire_due, keepers))
    finally:
        other.stop()
    for id in ids:
        assert fired(world, id) == [("REMIND", None), ("ESCALATE", "zhou.guoqiang")]
    with world.resources.database.read() as connection:
        assert overdue(connection, late) == 0


def test_a_timer_that_cannot_act_does_not_stop_the_others(world: World) -> None:
    publish(world, "{time: PT2H, action: APPROVE}")
    id = world.ask("timed", at=MORNING)
    lost = {**waiting(world)[0], "task_id": id, "approval_id": new_id()}
    executor = world.resources.executor
    executor.submit(lambda work: work.rows.put(timers, lost), Context("test")).result()
    late = MORNING + timedelta(hours=3)
    assert pass_time(world, late) == 1
    assert fired(world, id) == [("APPROVE", None)]
    with world.resources.database.read() as connection:
        assert overdue(connection, late) == 1


def test_the_worker_runs_a_timekeeper(world: World) -> None:
    made: Any = SERVICE.threads["timekeeper"](world.resources)
    made.start()
    made.stop()
    assert world.resources.metrics.registry.get_sample_value("opentas_overdue_timers") == 0


def waiting(world: World) -> list[Any]:
    """Every timer that has not fired."""
    with world.resources.database.read() as connection:
        return list(due(connection, MORNING + timedelta(days=10_000), 1000))
