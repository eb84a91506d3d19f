"""From events to the steps of opportunities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas.importing.mappings import load
from opentas.importing.opportunity_items import plan_opportunities
from opentas.importing.opportunity_mapping import OpportunitiesMapping
from opentas.importing.rows import read

if TYPE_CHECKING:
    from pathlib import Path

    from opentas.importing.steps import Plan

HEADER = "case_id,amount_req,reg_date,event_no,activity,lifecycle,resource,timestamp\n"


@pytest.fixture
def planned(tmp_path: Path) -> Any:
    mapping = load("bpic2012", OpportunitiesMapping)

    def plan(*events: str) -> Plan:
        """Events as ``case number activity resource minute``."""
        path = tmp_path / "events.csv"
        lines = []
        for event in events:
            case, number, activity, resource, minute = event.split()
            at = f"2011-10-01T08:{minute}:00+02:00" if minute.isdigit() else minute
            lines.append(f"{case},5000,,{number},{activity},COMPLETE,{resource},{at}\n")
        path.write_text(HEADER + "".join(lines))
        return plan_opportunities(read(path, mapping.event_columns, "m"), mapping)

    return plan


def steps(plan: Plan, number: int = 0) -> list[str]:
    shown = []
    for step in plan.items[number].steps:
        what = step.body.get("to_stage") or step.body.get("reason") or step.body.get("owner_id")
        shown.append(f"{step.body['step']} {what or ''} {step.body['effective_at'][14:16]}".strip())
    return shown


def reasons(plan: Plan) -> dict[int, str]:
    return {row.line: reason for row, reason in plan.bad}


def test_a_case_is_opened_moved_handed_over_and_won_at_the_last_of_three(planned: Any) -> None:
    plan = planned(
        "1 0 A_SUBMITTED 112 01",
        "1 1 A_PARTLYSUBMITTED 112 02",
        "1 2 A_ACCEPTED 7 03",
        "1 3 A_REGISTERED 8 04",
        "1 4 O_ACCEPTED 9 04",
        "1 5 A_ACTIVATED 8 06",
        "1 6 A_APPROVED 8 05",
    )
    assert steps(plan) == [
        "OPEN 112 01",
        "ADVANCE PARTLYSUBMITTED 02",
        "CHANGE_OWNER 7 03",
        "ADVANCE ACCEPTED 03",
        "CHANGE_OWNER 8 06",
        "WIN  06",
    ]
    assert plan.items[0].key == "bpic2012:1"
    assert plan.items[0].steps[0].body["amount"] == {
        "amount_minor": 500000,
        "currency": "EUR",
        "rate": "7.80",
    }
    assert [row.line for row in plan.items[0].steps[-1].rows] == [5, 8, 7]
    assert plan.ignored == {"O_ACCEPTED": 1}
    assert not plan.bad


def test_equal_times_keep_the_order_of_the_event_numbers(planned: Any) -> None:
    plan = planned("1 10 A_ACCEPTED 1 01", "1 9 A_PARTLYSUBMITTED 1 01", "1 8 A_SUBMITTED 1 01")
    assert steps(plan) == ["OPEN 1 01", "ADVANCE PARTLYSUBMITTED 01", "ADVANCE ACCEPTED 01"]


def test_rows_of_several_cases_may_be_mixed(planned: Any) -> None:
    plan = planned(
        "1 0 A_SUBMITTED 1 01",
        "2 0 A_SUBMITTED 1 02",
        "1 1 A_DECLINED 1 03",
        "2 1 A_CANCELLED 1 03",
    )
    assert steps(plan, 0) == ["OPEN 1 01", "LOSE DECLINED 03"]
    assert steps(plan, 1) == ["OPEN 1 02", "LOSE CANCELLED 03"]


def test_moving_back_and_staying(planned: Any) -> None:
    plan = planned(
        "1 0 A_SUBMITTED 1 01",
        "1 1 A_ACCEPTED 1 02",
        "1 2 A_ACCEPTED 1 03",
        "1 3 A_PREACCEPTED 1 04",
    )
    assert [step.body["step"] for step in plan.items[0].steps] == ["OPEN", "ADVANCE", "REVERT"]
    assert [row.line for row in plan.items[0].idle] == [4]


def test_offers_after_the_outcome_are_ignored_and_nothing_else_follows_it(planned: Any) -> None:
    plan = planned(
        "1 0 A_SUBMITTED 1 01",
        "1 1 A_DECLINED 1 02",
        "1 2 O_DECLINED 1 03",
        "1 3 A_CANCELLED 1 04",
        "1 4 A_ACCEPTED 1 05",
        "1 5 A_APPROVED 1 06",
    )
    assert steps(plan) == ["OPEN 1 01", "LOSE DECLINED 02"]
    assert list(reasons(plan)) == [5, 6, 7]
    assert reasons(plan)[5] == (
        "Its case ended with A_DECLINED (line 3) before; A_CANCELLED cannot follow."
    )


def test_another_outcome_between_the_won_events_is_bad(planned: Any) -> None:
    plan = planned(
        "1 0 A_SUBMITTED 1 01",
        "1 1 A_APPROVED 1 02",
        "1 2 A_DECLINED 1 03",
        "1 3 A_FINALIZED 1 04",
        "1 4 A_ACTIVATED 1 05",
    )
    assert steps(plan) == ["OPEN 1 01", "ADVANCE FINALIZED 04", "WIN  05"]
    assert reasons(plan) == {
        4: "Its case has another outcome, A_APPROVED on line 3; A_DECLINED cannot be one too."
    }


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("1 1 A_NEW 1 02", "The mapping neither maps nor ignores the activity 'A_NEW'."),
        ("1 1 A_ACCEPTED 1 soon", "timestamp is no time of ISO 8601: 'soon'."),
        ("1 0 A_ACCEPTED 1 02", "The case 1 has another event 0 on line 2."),
    ],
)
def test_a_bad_row_leaves_the_rest_of_its_case_alone(planned: Any, event: str, reason: str) -> None:
    plan = planned("1 0 A_SUBMITTED 1 01", event, "1 2 A_FINALIZED 1 03")
    assert steps(plan) == ["OPEN 1 01", "ADVANCE FINALIZED 03"]
    assert reasons(plan) == {3: reason}


def test_the_same_row_twice_counts_as_there_already(planned: Any) -> None:
    plan = planned("1 0 A_SUBMITTED 1 01", "1 0 A_SUBMITTED 1 01")
    assert (plan.repeated, plan.bad) == (1, [])


def test_events_before_the_opening_are_bad(planned: Any) -> None:
    plan = planned("1 0 A_PREACCEPTED 1 01", "1 1 A_SUBMITTED 1 02")
    assert reasons(plan) == {2: "A_PREACCEPTED lies before the event that opens its case."}


def test_a_case_whose_opening_is_not_here_is_left_to_the_target_to_judge(planned: Any) -> None:
    plan = planned("1 3 A_PREACCEPTED 1 01", "1 4 A_DECLINED 1 02")
    assert [step.body["step"] for step in plan.items[0].steps] == [
        "CHANGE_OWNER",
        "ADVANCE",
        "LOSE",
    ]
