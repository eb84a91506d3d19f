"""Importing the history of approvals over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas.importing.approval_mapping import ApprovalsMapping
from opentas.importing.mappings import load

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

FLOW = "bpic2020-declaration"
BATCH = "/v1/approvals/batch"


def named(role: str) -> dict[str, str]:
    return {"person_id": f"elsewhere:{role}", "role": role}


def step(kind: str, hour: int, by: str = "", next: str = "", **more: Any) -> dict[str, Any]:
    people = {"by": named(by)} if by else {}
    people |= {"next": named(next)} if next else {}
    return {"step": kind, "effective_at": f"2018-03-05T{hour:02}:00:00Z", **people, **more}


APPROVED = [
    step("SUBMIT", 8, next="ADMINISTRATION"),
    step("REJECT", 9, "ADMINISTRATION"),
    step("COMMENT", 10, comment="seen"),
    step("SUBMIT", 11, next="ADMINISTRATION"),
    step("APPROVE", 12, "ADMINISTRATION", "SUPERVISOR"),
    step("APPROVE", 13, "SUPERVISOR"),
]


def item(*steps: dict[str, Any], key: str = "k1", **more: Any) -> dict[str, Any]:
    about = {"natural_key": key, "flow": FLOW, "subject_id": "d1", "submitter_id": "elsewhere:EMP"}
    return {**about, "steps": list(steps), **more}


@pytest.fixture
async def importer(
    people: Callable[..., httpx.AsyncClient], organisation: None
) -> httpx.AsyncClient:
    """A client that may import, after the flow was published."""
    client = people("admin", roles=("admin", "importer"))
    [definition] = load(FLOW, ApprovalsMapping).definitions
    draft = (await client.post(f"/v1/flows/{FLOW}/drafts", json=definition)).json()
    assert draft["faults"] == []
    published = await client.post(
        f"/v1/flows/{FLOW}/drafts/{draft['draft_id']}/publication",
        headers={"if-match": f'"{draft["version"]}"'},
    )
    assert published.status_code == 200, published.text
    return client


async def sent(client: httpx.AsyncClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.post(BATCH, json={"items": list(items)})
    assert answer.status_code == 207, answer.text
    return list(answer.json()["items"])


async def test_a_history_runs_through_the_engine_with_its_own_times(
    importer: httpx.AsyncClient,
) -> None:
    [result] = await sent(importer, item(*APPROVED))
    assert (result["outcome"], result["steps_taken"]) == ("ACCEPTED", 6)
    approval = (await importer.get(f"/v1/approvals/{result['id']}")).json()
    assert (approval["status"], approval["round"]) == ("APPROVED", 2)
    assert approval["submitted_at"].startswith("2018-03-05T08:00:00")
    assert approval["approved_at"].startswith("2018-03-05T13:00:00")
    first, second = approval["rounds"]
    assert (first["outcome"], second["outcome"]) == ("RETURNED", "APPROVED")
    asked = [task["role"] for node in second["nodes"] for task in node["tasks"]]
    assert asked == ["ADMINISTRATION", "SUPERVISOR"]
    assert approval["due_at"] is None


async def test_steps_that_were_applied_before_are_left_out(importer: httpx.AsyncClient) -> None:
    [begun] = await sent(importer, item(*APPROVED[:4]))
    [rest] = await sent(importer, item(*APPROVED))
    [again] = await sent(importer, item(*APPROVED))
    assert (begun["steps_taken"], rest["steps_taken"], again["steps_taken"]) == (4, 2, 0)
    assert (again["outcome"], again["version"]) == ("UNCHANGED", rest["version"])


async def test_an_item_is_done_as_a_whole_or_not_at_all(importer: httpx.AsyncClient) -> None:
    wrong = step("APPROVE", 14, "SUPERVISOR")
    refused, taken = await sent(importer, item(*APPROVED, wrong), item(*APPROVED, key="k2"))
    assert (refused["status"], refused["problem"]["code"]) == (409, "ILLEGAL_TRANSITION")
    assert taken["outcome"] == "ACCEPTED"
    [whole] = await sent(importer, item(*APPROVED))
    assert whole["steps_taken"] == 6


async def test_an_approval_is_taken_back_late_only_when_that_is_waived(
    importer: httpx.AsyncClient,
) -> None:
    history = item(*APPROVED, step("REVERSE", 20, "MISSING"))
    [refused] = await sent(importer, history)
    assert refused["status"] == 409
    [taken] = await sent(importer, {**history, "waived_rules": ["A-22"]})
    approval = (await importer.get(f"/v1/approvals/{taken['id']}")).json()
    assert approval["status"] == "REVERSED"


async def test_what_cannot_be_imported_is_said(importer: httpx.AsyncClient) -> None:
    unsubmitted, unknown, backwards = await sent(
        importer,
        item(*APPROVED[1:]),
        item(*APPROVED, flow="nowhere", key="k2"),
        item(APPROVED[0], step("RECALL", 7), key="k3"),
    )
    assert unsubmitted["problem"]["code"] == "APPROVAL_NOT_YET_SUBMITTED"
    assert unknown["problem"]["code"] == "FLOW_NOT_IN_FORCE"
    assert backwards["status"] == 422


async def test_only_importers_import(people: Callable[..., httpx.AsyncClient]) -> None:
    answer = await people("chen.jing").post(BATCH, json={"items": [item(*APPROVED)]})
    assert answer.status_code == 403
