"""The labels of what definitions can say: complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.api.flow_reference import FLOW_REFERENCE
from approval_service.domain.flows import policies
from approval_service.read_models.rehearsals import JobState

if TYPE_CHECKING:
    from enum import StrEnum


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("node-kinds", policies.Kind),
        ("node-modes", policies.Mode),
        ("approver-sources", policies.ApproverKind),
        ("empty-approver-policies", policies.EmptyApprover),
        ("submitter-is-approver-policies", policies.SubmitterIsApprover),
        ("repeated-approver-policies", policies.RepeatedApprover),
        ("field-accesses", policies.FieldAccess),
        ("limit-clocks", policies.Clock),
        ("limit-actions", policies.TimerAction),
        ("rehearsal-states", JobState),
    ],
)
def test_every_value_has_a_label(name: str, values: type[StrEnum]) -> None:
    labels = FLOW_REFERENCE[name]
    assert not callable(labels)
    assert {one.code for one in labels} == {str(value) for value in values}


def test_every_fact_has_a_label_in_both_languages() -> None:
    facts = FLOW_REFERENCE["facts"]
    assert callable(facts)
    for one in facts():
        assert one.label[0].isupper()
        assert not one.label_zh.isascii()
