"""From events to the steps of approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas.importing.approval_items import plan_approvals
from opentas.importing.approval_mapping import ApprovalsMapping
from opentas.importing.mappings import load
from opentas.importing.rows import read

if TYPE_CHECKING:
    from pathlib import Path

    from opentas.importing.steps import Plan

HEADER = "case_id,event_no,event_id,activity,role,resource,timestamp,amount\n"


@pytest.fixture
def planned(tmp_path: Path) -> Any:
    mapping = load("bpic2020-prepaid", ApprovalsMapping)

    def plan(*events: str, case: str = "c1") -> Plan:
        """Events as ``document what ROLE minute``; they are numbered in their order."""
        lines = []
        for number, event in enumerate(events):
            document, what, role, minute = event.split()
            name = {"P": "Permit", "R": "Request For Payment"}[document]
            role = role.replace("-", " ")
            activity = f"{name} {what} by {role}"
            at = f"2018-01-01T10:{minute}:00+01:00" if minute.isdigit() else minute
            lines.append(f"{case},{number},e,{activity},{role},x,{at},1\n")
        path = tmp_path / "events.csv"
        path.write_text(HEADER + "".join(lines))
        return plan_approvals(read(path, mapping.event_columns, "m"), mapping)

    return plan


def steps(plan: Plan, number: int = 0) -> list[str]:
    """Each step as ``KIND who>next minute``."""
    shown = []
    for step in plan.items[number].steps:
        by, after = (step.body.get(name, {}).get("role", "") for name in ("by", "next"))
        shown.append(f"{step.body['step']} {by}>{after} {step.body['effective_at'][14:16]}")
    return shown


def reasons(plan: Plan) -> dict[int, str]:
    return {row.line: reason for row, reason in plan.bad}


def test_each_approver_names_the_next_as_the_following_event_says(planned: Any) -> None:
    plan = planned(
        "P SUBMITTED EMPLOYEE 01",
        "P APPROVED BUDGET-OWNER 02",
        "P FINAL_APPROVED SUPERVISOR 03",
    )
    assert steps(plan) == [
        "SUBMIT >BUDGET OWNER 01",
        "APPROVE BUDGET OWNER>SUPERVISOR 02",
        "APPROVE SUPERVISOR> 03",
    ]
    assert plan.items[0].head == {
        "natural_key": "bpic2020:c1:permit",
        "flow": "bpic2020-permit",
        "subject_id": "c1",
        "submitter_id": "bpic2020:EMPLOYEE",
        "waived_rules": ["A-22"],
    }
    assert plan.items[0].steps[1].body["by"] == {
        "person_id": "bpic2020:BUDGET OWNER",
        "role": "BUDGET OWNER",
    }


def test_the_documents_of_a_case_are_approvals_of_their_own(planned: Any) -> None:
    plan = planned(
        "P SUBMITTED EMPLOYEE 01",
        "R SUBMITTED EMPLOYEE 02",
        "P FINAL_APPROVED SUPERVISOR 03",
        "R FINAL_APPROVED DIRECTOR 04",
    )
    assert steps(plan, 0) == ["SUBMIT >SUPERVISOR 01", "APPROVE SUPERVISOR> 03"]
    assert steps(plan, 1) == ["SUBMIT >DIRECTOR 02", "APPROVE DIRECTOR> 04"]


def test_an_employee_takes_note_of_a_rejection_and_takes_back_what_runs(planned: Any) -> None:
    plan = planned(
        "P SUBMITTED EMPLOYEE 01",
        "P REJECTED ADMINISTRATION 02",
        "P REJECTED EMPLOYEE 03",
        "P SUBMITTED EMPLOYEE 04",
        "P REJECTED EMPLOYEE 05",
    )
    assert steps(plan) == [
        "SUBMIT >ADMINISTRATION 01",
        "REJECT ADMINISTRATION> 02",
        "COMMENT > 03",
        "SUBMIT >MISSING 04",
        "RECALL > 05",
    ]


def test_a_rejection_after_the_final_approval_takes_it_back(planned: Any) -> None:
    plan = planned(
        "P SUBMITTED EMPLOYEE 01",
        "P FINAL_APPROVED SUPERVISOR 02",
        "P REJECTED MISSING 03",
        "P SUBMITTED EMPLOYEE 04",
        "P FINAL_APPROVED SUPERVISOR 05",
    )
    assert steps(plan)[2:] == [
        "REVERSE MISSING> 03",
        "SUBMIT >SUPERVISOR 04",
        "APPROVE SUPERVISOR> 05",
    ]


def test_at_equal_instants_an_approval_precedes_the_final_one(planned: Any) -> None:
    plan = planned(
        "P SUBMITTED EMPLOYEE 01",
        "P FINAL_APPROVED DIRECTOR 02",
        "P APPROVED SUPERVISOR 02",
    )
    assert steps(plan) == [
        "SUBMIT >SUPERVISOR 01",
        "APPROVE SUPERVISOR>DIRECTOR 02",
        "APPROVE DIRECTOR> 02",
    ]


def test_what_cannot_follow_is_a_bad_row(planned: Any) -> None:
    plan = planned(
        "P APPROVED ADMINISTRATION 01",
        "P SUBMITTED EMPLOYEE 02",
        "P SUBMITTED EMPLOYEE 03",
        "P FINAL_APPROVED SUPERVISOR 04",
        "P APPROVED SUPERVISOR 05",
        "P DREAMT SUPERVISOR 06",
        "P REJECTED SUPERVISOR yesterday",
    )
    assert reasons(plan) == {
        2: "Permit APPROVED by ADMINISTRATION lies before the event that submits its document.",
        4: "Permit SUBMITTED by EMPLOYEE cannot follow: its document is being decided.",
        6: "Permit APPROVED by SUPERVISOR cannot follow: its document is approved.",
        7: "The mapping neither maps nor ignores the activity 'Permit DREAMT by SUPERVISOR'.",
        8: "timestamp is no time of ISO 8601: 'yesterday'.",
    }


def test_a_case_of_drafts_only_is_no_approval(planned: Any) -> None:
    plan = planned("R SAVED EMPLOYEE 01")
    assert plan.items == []
    assert plan.ignored == {"Request For Payment SAVED by EMPLOYEE": 1}
