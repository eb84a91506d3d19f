"""The commands that need no server: names of services, topics and projections."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from opentas.cli import COMMANDS, assemble
from opentas.rebuild import find
from opentas.services import NAMES, service, services
from opentas.topics import topic_names


def test_every_command_can_be_assembled() -> None:
    registered = assemble(COMMANDS)
    commands = {each.name for each in registered.registered_commands}
    groups = {each.name for each in registered.registered_groups}
    assert commands | groups == set(COMMANDS)


def test_the_command_line_starts_without_importing_the_services() -> None:
    code = (
        "import sys; from opentas.cli import assemble; assemble(['topics']);"
        "print([name for name in sys.modules if name.startswith('approval_service')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_service_is_known_by_its_short_name_too() -> None:
    assert service("lead") is service("lead-service")
    assert tuple(each.name for each in services()) == NAMES
    with pytest.raises(typer.BadParameter, match="there are lead-service"):
        service("leeds")


def test_topics_are_those_of_everything_published() -> None:
    assert sorted(topic_names(services())) == [
        "opentas.approval-service.approval.v1",
        "opentas.approval-service.calendar.v1",
        "opentas.approval-service.delegation.v1",
        "opentas.approval-service.department.v1",
        "opentas.approval-service.person.v1",
        "opentas.lead-service.customer.v1",
        "opentas.lead-service.lead.v1",
        "opentas.opportunity-service.opportunity.v1",
        "opentas.opportunity-service.stage-model.v1",
    ]


def test_projections_are_found_by_name() -> None:
    [(owner, projections)] = find("lead-service/leads")
    assert (owner.name, [each.name for each in projections]) == ("lead-service", ["leads"])
    with pytest.raises(typer.BadParameter, match="no projection"):
        find("nothing")
