"""Configuration files: the shipped ones are right, and what is wrong with others is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.configuration.configured import read
from approval_service.configuration.forms import faults_of
from approval_service.configuration.organisation_file import demonstration
from approval_service.domain.organisation.tree import Known, faults, paths
from opentas_shared.runtime.settings import WrongSetting

if TYPE_CHECKING:
    from pathlib import Path

FLOW = """
flow: my_flow
version: {version}
number: TAS 9-9
labels: {{zh: 流程, en: Flow}}
subject: opportunity
form: {form}
nodes:
  - id: one
    labels: {{zh: 一, en: One}}
    approvers: [{approvers}]
    when: {when}
"""


def written(folder: Path, name: str = "my.yaml", **changes: str) -> Path:
    (folder / "flows").mkdir(exist_ok=True)
    fields = {"version": "1", "form": "{}", "approvers": "{role: legal}", "when": "null"}
    (folder / "flows" / name).write_text(FLOW.format(**{**fields, **changes}), "utf-8")
    return folder


def test_the_shipped_flows_are_the_seventeen_and_right() -> None:
    assert {definition.number for definition in read(None).definitions} == {
        f"TAS {number}"
        for number in (
            *("1-1", "1-2", "1-3"),
            *("2-1", "2-2", "2-3", "2-4", "2-5", "2-6"),
            *("3-1", "3-2", "4-1"),
            *("6-1", "6-2", "6-3", "6-4", "7-1"),
        )
    }


def test_a_folder_of_ones_own_replaces_the_flows_and_keeps_the_roles(tmp_path: Path) -> None:
    configuration = read(written(tmp_path))
    assert [definition.flow for definition in configuration.definitions] == ["my_flow"]
    assert "sales_director" in configuration.role_codes


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"approvers": "{role: wizard}"}, "node one asks the role wizard, which does not exist"),
        (
            {"approvers": "{role: legal, user: x}"},
            "an approver is exactly one of user, role, department",
        ),
        ({"approvers": "{user: x, nearest: true}"}, "nearest goes with role only"),
        ({"approvers": ""}, "nodes.0.APPROVAL.approvers"),
        ({"when": "amount_grade =="}, "node one, when, line 1, column 16: mismatched input"),
        ({"when": "amount > 5"}, "amount is no fact of an opportunity"),
        ({"form": "{type: 5}"}, "form is no JSON Schema"),
        ({"version": "0"}, "is wrong at version"),
        ({"form": "{"}, "is no YAML file"),
    ],
)
def test_a_wrong_flow_stops_the_start_with_a_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(WrongSetting) as found:
        read(written(tmp_path, **changes))
    assert sentence in str(found.value)
    assert "my.yaml" in str(found.value)


def test_a_version_stands_once(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(WrongSetting, match="version 1 of my_flow stands twice"):
        read(written(tmp_path, "other.yaml"))


def test_the_demonstration_organisation_is_consistent() -> None:
    file, nothing = demonstration(), frozenset[str]()
    assert not list(faults(file, Known(nothing, nothing, nothing, read(None).role_codes)))
    tree, circular = paths({entry.id: entry.parent for entry in file.departments})
    assert not circular
    assert tree["sales_east"] == ("company", "sales", "sales_east")
    assert len(file.people) > 20
    posts = {post for person in file.people for post in person.posts}
    assert {"senior_sales_manager", "sales_manager", "junior_sales", "sales_director"} <= posts


def test_departments_below_themselves_are_found() -> None:
    _, circular = paths({"a": "b", "b": "a", "c": "a", "d": None})
    assert [violation.detail for violation in circular] == [
        "The department a lies below itself: a < b < a.",
        "The department b lies below itself: b < a < b.",
        "The department c lies below itself: c < a < b < a.",
    ]


def test_faults_of_a_form_name_the_field() -> None:
    schema = (
        '{"type":"object","required":["a"],"properties":{"b":{"type":"object","required":["x"]},'
        '"c":{"type":"integer"}}}'
    )
    found = {fault.field: fault.detail for fault in faults_of(schema, {"b": {}, "c": "1"})}
    assert found["a"] == "a is required."
    assert found["b.x"] == "b.x is required."
    assert "integer" in found["c"]
    assert faults_of(schema, {"a": 1}) == []
