"""Approvals of a university, imported over HTTP, give the figures of independent tools.

Prints the speed of the imports.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.independent_approvals import Documents, Figures
from tests.e2e.real_imports import (
    APPROVALS,
    Importer,
    ask,
    days,
    rate,
    recorded,
    settled,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.live import LiveProduct

pytestmark = [pytest.mark.real_data, pytest.mark.timeout(1200)]
File = tuple[str, str]
AMSTERDAM = {"time_zone": "Europe/Amsterdam"}
DOMESTIC = ("DomesticDeclarations", "bpic2020-declaration")
PREPAID = ("PrepaidTravelCost", "bpic2020-prepaid")
DOCUMENTS = {
    DOMESTIC: {"bpic2020-declaration": "Declaration"},
    PREPAID: {
        "bpic2020-permit": "Permit",
        "bpic2020-request-for-payment": "Request For Payment",
    },
}
COUNTED = {
    "started": "cases_submitted",
    "resubmissions": "resubmissions",
    "approved": "cases_final_approved",
    "first_pass_approved": "first_pass_approved",
    "with_rejection": "cases_with_rejection",
}
TAKEN_BACK = {DOMESTIC: 89, PREPAID: 14 + 2}
"""The events ``REJECTED by MISSING``: all follow a final approval."""
ROWS = {DOMESTIC: (55628, 35667, 19961), PREPAID: (17507, 13667, 3840)}
"""Read, imported, ignored."""
MISSING = "MISSING"
HOURS_PER_DAY = 24


def report(product: LiveProduct, flow: str, **parameters: str) -> dict[str, Any]:
    """The answer of the approval report, its items by key."""
    answer = ask(product, "approvals", **AMSTERDAM, flow=flow, **parameters)
    return {item["key"]: item for item in answer["items"]}


def truth(data: Path, name: str) -> dict[str, Any]:
    file = data / APPROVALS / f"bpic2020_{name}.ground_truth.json"
    return dict(json.loads(file.read_text())["documents"])


def check_document(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {name: found[name] for name in COUNTED} == {
        name: expected[figure] for name, figure in COUNTED.items()
    }
    assert found["started"] + found["resubmissions"] == expected["submissions"]
    turnaround = expected["turnaround_days_first_submit_to_final_approval"]
    hours = found["turnaround_hours"]
    assert hours["n"] == turnaround["n"]
    for share in ("p50", "p90"):
        assert hours[share] / HOURS_PER_DAY == days(turnaround[share])


def check_roles(found: dict[str, Any], expected: dict[str, Any], *, waits: bool) -> None:
    assert found.keys() == expected.keys()
    for role, figures in expected.items():
        row = found[role]
        assert (row["decisions"], row["rejected"]) == (figures["decisions"], figures["rejected"])
        share = row["rejection_share"]
        assert share["numerator"] / share["denominator"] == rate(figures["rejection_share"])
        assert row["open"] == row["overdue"] == 0
        if waits and role != MISSING:
            for measure in ("n", "p50", "p90"):
                assert row["wait_hours"][measure] == days(figures["wait_h_all"][measure])


def check_truth(product: LiveProduct, data: Path, what: File) -> None:
    expected = truth(data, what[0])
    for flow, document in DOCUMENTS[what].items():
        check_document(report(product, flow)[flow], expected[document])
        roles = report(product, flow, group_by="role")
        check_roles(roles, expected[document]["steps"], waits=what == DOMESTIC)


def check_past_days(product: LiveProduct, data: Path, files: list[File]) -> None:
    """The same as of past days, against pandas."""
    for what, documents in ((what, DOCUMENTS[what]) for what in files):
        file = data / APPROVALS / f"bpic2020_{what[0]}_events.csv.gz"
        for flow, document in documents.items():
            independent = Documents(file, document)
            for day in ("2017-09-30", "2018-02-28", "2018-10-31", "2019-12-31"):
                expected = independent.as_of(day)
                check_past_day(product, flow, day, expected, waits=what == DOMESTIC)


def check_past_day(
    product: LiveProduct, flow: str, day: str, expected: Figures, *, waits: bool
) -> None:
    found = report(product, flow, as_of=day)[flow]
    assert {name: found[name] for name in expected.counts} == expected.counts, (flow, day)
    for share, value in expected.turnaround.items():
        assert found["turnaround_hours"][share] / HOURS_PER_DAY == days(value), (flow, day)
    roles = report(product, flow, group_by="role", as_of=day)
    decided = {role: row for role, row in roles.items() if row["decisions"]}
    assert decided.keys() == expected.roles.keys(), (flow, day)
    for role, (decisions, rejected, wait) in expected.roles.items():
        row = decided[role]
        assert (row["decisions"], row["rejected"]) == (decisions, rejected), (flow, day, role)
        if waits and role != MISSING:
            assert row["wait_hours"]["p50"] == days(wait), (flow, day, role)


def check_events(product: LiveProduct, data: Path, files: list[File]) -> None:
    """Every step of the history is an event, exactly once."""
    expected = [document for what in files for document in truth(data, what[0]).values()]
    taken_back = sum(TAKEN_BACK[what] for what in files)
    found = recorded(product, "approval-service")
    decisions = sum(step["decisions"] for one in expected for step in one["steps"].values())
    assert found["approval.started"] == sum(one["cases_submitted"] for one in expected)
    assert found["approval.resubmitted"] == sum(one["resubmissions"] for one in expected)
    assert found["approval.task_decided"] == decisions - taken_back
    assert found["approval.reversed"] == taken_back
    assert found["approval.recalled"] + found["approval.commented"] == sum(
        one["withdrawn_by_employee"] for one in expected
    )


def everything(product: LiveProduct, files: list[File]) -> list[Any]:
    """The answers that an import must not change when it is done again."""
    return [
        report(product, flow, group_by=key, as_of="2020-01-01")
        for what in files
        for flow in DOCUMENTS[what]
        for key in ("flow", "month", "role", "person")
    ]


@pytest.mark.parametrize(
    ("transport", "files"),
    [
        ("direct", [DOMESTIC, PREPAID]),
        pytest.param("kafka", [PREPAID], marks=pytest.mark.kafka),
    ],
    ids=["direct", "kafka"],
)
def test_approvals_equal_the_figures_of_independent_tools(
    importer: Callable[[str], tuple[LiveProduct, Importer]],
    real_data: Path,
    transport: str,
    files: list[File],
) -> None:
    product, imports = importer(transport)
    for what in files:
        rows = imports.run(imports.approvals(*what))
        assert (rows["rows read"], rows["imported"], rows["ignored"]) == ROWS[what]
    settled(product)
    check_events(product, real_data, files)
    for what in files:
        check_truth(product, real_data, what)
    check_past_days(product, real_data, files)

    answers, heads = everything(product, files), stored(product)
    again = imports.run(imports.approvals(*PREPAID))
    assert (again["imported"], again["already there"]) == (0, ROWS[PREPAID][1])
    settled(product)
    assert stored(product) == heads
    assert everything(product, files) == answers


def test_a_killed_import_of_approvals_goes_on_where_it_was(
    importer: Callable[[str], tuple[LiveProduct, Importer]], real_data: Path
) -> None:
    product, imports = importer("direct")
    arguments = imports.approvals(*PREPAID)
    imports.kill_at(arguments, 1000)
    counts = imports.run(arguments)
    assert counts["already there"] > 0
    taken = counts["imported"] + counts["already there"]
    assert taken + counts["ignored"] == counts["rows read"]
    assert not imports.journals()
    settled(product)
    check_events(product, real_data, [PREPAID])
    check_truth(product, real_data, PREPAID)
