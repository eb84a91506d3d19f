"""Definitions in force: versions, running approvals, and why an approval does not start."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from approval_service.commands.deciding import Decide, approve
from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
)
from approval_service.configuration.organisation_file import demonstration, parse
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.routing import Actor
from approval_service.read_models.approval_queries import view
from approval_service.read_models.approvals import approvals
from approval_service.read_models.hiding import hidden_from
from approval_service.service import SERVICE
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.runtime.resources import open_resources
from opentas_shared.runtime.settings import WrongSetting
from tests.service.approval.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from opentas_shared.runtime.settings import SharedSettings

FLOW = """
flow: my_flow
version: {version}
number: TAS 9-9
labels: {{zh: 流程, en: Flow}}
subject: opportunity
form:
  type: object
  required: [budget]
  properties: {{budget: {{type: integer}}}}
nodes:
  - {{id: first, labels: {{zh: 一, en: One}}, approvers: [{{user: {user}}}]}}
  - id: second
    labels: {{zh: 二, en: Two}}
    approvers: [{{role: sales_supervisor, nearest: true}}]
    when: form.budget > 10
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    return tmp_path


def write(folder: Path, version: int, user: str) -> None:
    (folder / "flows" / "my.yaml").write_text(FLOW.format(version=version, user=user), "utf-8")


@asynccontextmanager
async def running(settings: SharedSettings, organisation: Any = None) -> AsyncIterator[World]:
    """The service without HTTP, started on this database."""
    resources = open_resources(SERVICE, settings)
    resources.start()
    try:
        command = ImportOrganisation(organisation or demonstration(), Moment.now())
        context = Context(actor="test")
        resources.executor.submit(lambda work: import_organisation(command, work), context).result()
        yield World(resources, None)  # type: ignore[arg-type]
    finally:
        resources.stop()


def approval_of(world: World, **more: Any) -> Approval:
    id = world.ask("my_flow", **more)
    return world.resources.events.load(Approval, id)


async def test_a_running_approval_keeps_its_version(
    settings_for: Callable[..., SharedSettings], folder: Path
) -> None:
    settings = settings_for(SERVICE, approval_configuration_dir=folder)
    write(folder, 1, "wu.hao")
    async with running(settings) as world:
        old = approval_of(world, form={"budget": 20})
    write(folder, 2, "zheng.kai")
    async with running(settings) as world:
        new = approval_of(world, form={"budget": 20})
        assert new.definition is not None
        assert (new.definition.version, new.open_tasks[0].assignee_id) == (2, "zheng.kai")
        kept = world.resources.events.load(Approval, old.id)
        assert kept.definition is not None
        assert (kept.definition.version, kept.open_tasks[0].assignee_id) == (1, "wu.hao")


async def test_a_changed_definition_needs_a_new_version(
    settings_for: Callable[..., SharedSettings], folder: Path
) -> None:
    settings = settings_for(SERVICE, approval_configuration_dir=folder)
    write(folder, 1, "wu.hao")
    async with running(settings):
        pass
    async with running(settings):
        pass
    write(folder, 1, "zheng.kai")
    resources = open_resources(SERVICE, settings)
    with pytest.raises(WrongSetting, match="version 1 of my_flow was published with another"):
        resources.start()
    resources.stop()


async def test_a_form_without_a_required_field_does_not_start(
    settings_for: Callable[..., SharedSettings], folder: Path
) -> None:
    write(folder, 1, "wu.hao")
    async with running(settings_for(SERVICE, approval_configuration_dir=folder)) as world:
        id = approval_of(world, form={}).id
        refused = world.resources.events.history(id)[-1][0]
        assert (refused.reason_code, refused.missing) == ("FORM_INCOMPLETE", ["budget"])  # type: ignore[attr-defined]


async def test_the_form_decides_and_the_nearest_supervisor_is_asked(
    settings_for: Callable[..., SharedSettings], folder: Path
) -> None:
    write(folder, 1, "wu.hao")
    async with running(settings_for(SERVICE, approval_configuration_dir=folder)) as world:

        def approved(budget: int, submitter: str) -> Approval:
            id = approval_of(world, form={"budget": budget}, submitter=submitter).id
            decide = Decide(id, Actor("wu.hao"), Moment.now())
            world.resources.executor.submit(
                lambda work: approve(decide, work), Context(actor="wu.hao")
            ).result()
            return world.resources.events.load(Approval, id)

        assert approved(5, "chen.jing").status == "APPROVED"
        east = approved(20, "chen.jing")
        assert [task.assignee_id for task in east.open_tasks] == ["li.wei"]
        north = approved(20, "guo.xin")
        assert [task.assignee_id for task in north.open_tasks] == ["sun.tao"]


async def test_without_anybody_to_ask_it_does_not_start(
    settings_for: Callable[..., SharedSettings], folder: Path
) -> None:
    write(folder, 1, "nobody")
    alone = parse("people: [{id: chen.jing, name: 陈静}]")
    settings = settings_for(SERVICE, approval_configuration_dir=folder)
    async with running(settings, alone) as world:
        id = approval_of(world, form={"budget": 1}).id
        refused = world.resources.events.history(id)[-1][0]
        assert (refused.reason_code, refused.missing) == ("NO_APPROVER", ["first"])  # type: ignore[attr-defined]
    administrator = parse("people: [{id: root, name: 管理员, roles: [admin]}]")
    async with running(settings, administrator) as world:
        approval = approval_of(world, form={"budget": 1})
        assert [task.assignee_id for task in approval.open_tasks] == ["root"]
        activated = world.resources.events.history(approval.id)[2][0]
        assert activated.reason_code == "EMPTY_APPROVER_ADMINISTRATOR"  # type: ignore[attr-defined]


CHOICE = """
flow: my_choice
version: 1
number: TAS 9-8
labels: {zh: 流程, en: Flow}
subject: opportunity
form:
  type: object
  properties: {budget: {type: integer}, margin: {type: integer}}
nodes:
  - id: chosen
    labels: {zh: 一, en: One}
    approvers: [{submitter_choice: true}]
    fields: {margin: HIDDEN}
  - id: last
    labels: {zh: 二, en: Two}
    approvers: [{user: wu.hao}]
"""


@pytest.fixture
def choosing(folder: Path) -> Path:
    (folder / "flows" / "my.yaml").write_text(CHOICE, "utf-8")
    return folder


@pytest.mark.parametrize("chosen", [{}, {"chosen": []}, {"chosen": ["nobody"]}])
async def test_whom_the_submitter_has_to_choose_is_missing(
    settings_for: Callable[..., SharedSettings], choosing: Path, chosen: dict[str, Any]
) -> None:
    async with running(settings_for(SERVICE, approval_configuration_dir=choosing)) as world:
        id = world.ask("my_choice", form={"chosen_approvers": chosen})
        refused = world.resources.events.history(id)[-1][0]
        assert (refused.reason_code, refused.missing) == (  # type: ignore[attr-defined]
            "FORM_INCOMPLETE",
            ["chosen_approvers.chosen"],
        )


async def test_what_a_node_hides_is_not_shown_to_who_is_asked_there(
    settings_for: Callable[..., SharedSettings], choosing: Path
) -> None:
    async with running(settings_for(SERVICE, approval_configuration_dir=choosing)) as world:
        form = {"budget": 1, "margin": 2, "chosen_approvers": {"chosen": ["feng.lan"]}}
        id = world.ask("my_choice", form=form)
        with world.resources.database.read() as connection:
            statement = select(approvals).where(approvals.c.id == id)
            row = connection.execute(statement).mappings().one()
        assert hidden_from("chen.jing", row) == frozenset()
        assert hidden_from("wu.hao", row) == frozenset()
        hidden = hidden_from("feng.lan", row)
        assert hidden == {"margin"}
        shown = view(row, hidden)
        assert "margin" not in shown["form"]
        assert "margin" not in shown["rounds"][0]["form"]
        assert shown["form"]["budget"] == 1
