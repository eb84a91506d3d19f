"""The page of the state machine shows all of it."""

from __future__ import annotations

import re

from approval_service.domain.approval.machine import MACHINE
from approval_service.domain.approval.states import Status
from opentas.docs.machine import page


def test_every_state_and_command_is_shown() -> None:
    text = page()
    for state in Status:
        assert f"\n| `{state}` |" in text
    for row in MACHINE:
        assert f"\n| `{row.command}` |" in text


def test_the_diagram_goes_where_the_table_goes() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+):", page(), re.MULTILINE))
    assert ("APPROVED", "RUNNING") in drawn
    allowed = {(a, b) for row in MACHINE for a in row.sources for b in row.targets}
    assert drawn == {
        (a, b)
        for row in MACHINE
        for a in row.sources
        for b in row.targets
        if a != b and row.sources != row.targets
    }
    assert drawn <= allowed


def test_tables_are_tables() -> None:
    for line in page().splitlines():
        if line.startswith("|"):
            assert line.endswith("|")
    assert "\n| command | who |" in page()
