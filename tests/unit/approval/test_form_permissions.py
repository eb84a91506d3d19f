"""Field permissions of nodes: what may be seen and written, and what must be filled in."""

from __future__ import annotations

from typing import Any

import pytest

from approval_service.configuration.forms import check_changes, hidden_at, submission_faults
from approval_service.domain.flows.errors import FormChangesInvalid
from approval_service.domain.flows.policies import FieldAccess
from tests.unit.approval.worlds import definition, node

FORM = {
    "type": "object",
    "required": ["reason", "price"],
    "properties": {
        "reason": {"type": "string"},
        "price": {"type": "integer"},
        "margin": {"type": "integer", "minimum": 0},
    },
}
FIRST = node("first", "ann", fields={"margin": FieldAccess.HIDDEN})
SECOND = node(
    "second",
    "bob",
    fields={"price": FieldAccess.WRITE, "margin": FieldAccess.WRITE, "reason": FieldAccess.HIDDEN},
)
FLOW = definition(FIRST, SECOND, form=FORM)


def test_a_submitter_is_not_asked_for_what_approvers_write() -> None:
    assert submission_faults(FLOW, {"reason": "x"}) == []
    assert [one.field for one in submission_faults(FLOW, {})] == ["reason"]
    assert [one.field for one in submission_faults(FLOW, {"reason": "x", "price": "y"})] == [
        "price"
    ]


@pytest.mark.parametrize(
    ("form", "changes", "agreeing", "pointers"),
    [
        ({"reason": "x"}, {"price": 5}, True, []),
        ({"reason": "x"}, {"reason": "y", "price": 5}, True, ["/form_changes/reason"]),
        ({"reason": "x"}, {}, True, ["/form_changes/price"]),
        ({"reason": "x"}, {}, False, []),
        ({"reason": "x", "price": 5}, {}, True, []),
        ({"reason": "x", "price": 5}, {"margin": -1}, True, ["/form_changes/margin"]),
        ({"reason": "x", "price": 5}, {"margin": -1}, False, ["/form_changes/margin"]),
        (
            {"reason": "x"},
            {"price": "much", "other": 1},
            True,
            ["/form_changes/other", "/form_changes/price"],
        ),
    ],
)
def test_changes_are_held_to_the_permissions_and_the_schema(
    form: dict[str, Any], changes: dict[str, Any], agreeing: bool, pointers: list[str]
) -> None:
    if not pointers:
        check_changes(FLOW, SECOND, form, changes, agreeing=agreeing)
        return
    with pytest.raises(FormChangesInvalid) as refused:
        check_changes(FLOW, SECOND, form, changes, agreeing=agreeing)
    assert [one.pointer for one in refused.value.violations] == pointers


def test_an_old_fault_elsewhere_is_no_reason_to_refuse_an_approver() -> None:
    check_changes(FLOW, FIRST, {}, {}, agreeing=True)


def test_hidden_is_what_is_hidden_wherever_one_is_asked() -> None:
    assert hidden_at(FLOW, ["first"]) == {"margin"}
    assert hidden_at(FLOW, ["second"]) == {"reason"}
    assert hidden_at(FLOW, ["first", "second"]) == frozenset()
    assert hidden_at(FLOW, []) == frozenset()
