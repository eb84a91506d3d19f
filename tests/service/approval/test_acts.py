"""What people do to an approval besides deciding, and what speaks against each act."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.time import utc_now

if TYPE_CHECKING:
    import httpx

    from tests.service.approval.world import World

DIRECTOR = "zhao.min"
BID = "tas_6_3_bid_approval"
BIG: dict[str, Any] = {"base_amount_minor": 6_000_000_00, "amount_grade": "A"}
FILE = {
    "name": "offer.pdf",
    "size": 482133,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "location": "https://files.example/offer.pdf",
}


def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def task_of(body: dict[str, Any], person: str) -> dict[str, Any]:
    """The last task of the person."""
    found: list[dict[str, Any]] = [
        task
        for round in body["rounds"]
        for node in round["nodes"]
        for task in node["tasks"]
        if task["assignee_id"] == person
    ]
    return found[-1]


def acts(body: dict[str, Any]) -> list[str]:
    return [act["act"] for round in body["rounds"] for act in round["acts"]]


async def test_a_signer_before_beside_and_after(world: World) -> None:
    id = world.ask(BID, **BIG)
    unknown = await world.act(DIRECTOR, "signer", id, person_id="nobody", position="BEFORE")
    assert refused(unknown) == (422, "PERSON_UNKNOWN")
    assert (
        await world.act("chen.jing", "signer", id, person_id="wu.hao", position="BEFORE")
    ).json()["policy"] == "task:assignee"
    body = done(
        await world.act(
            DIRECTOR, "signer", id, person_id="wu.hao", position="BEFORE", comment="you first"
        )
    )
    assert task_of(body, DIRECTOR)["status"] == "WAITING"
    assert refused(await world.act(DIRECTOR, "approval", id)) == (409, "TASK_NOT_OPEN")
    again = await world.act("wu.hao", "signer", id, person_id=DIRECTOR, position="BEFORE")
    assert refused(again) == (409, "ALREADY_ASKED")
    body = done(await world.act("wu.hao", "approval", id, comment="fine"))
    signer = task_of(body, "wu.hao")
    assert (signer["kind"], signer["parent_id"]) == ("BEFORE", task_of(body, DIRECTOR)["id"])
    assert task_of(body, DIRECTOR)["status"] == "OPEN"
    done(await world.act(DIRECTOR, "signer", id, person_id="feng.lan", position="AFTER"))
    body = done(await world.act(DIRECTOR, "approval", id))
    assert task_of(body, "feng.lan")["status"] == "OPEN"
    body = done(await world.act("feng.lan", "approval", id))
    assert body["current_nodes"] == ["general_manager"]
    assert acts(body) == ["SIGNER_ADDED", "SIGNER_ADDED"]


async def test_a_signer_is_removed_by_who_asked(world: World) -> None:
    id = world.ask(BID)
    body = done(await world.act(DIRECTOR, "signer", id, person_id="wu.hao", position="PARALLEL"))
    signer = task_of(body, "wu.hao")["id"]
    own = task_of(body, DIRECTOR)["id"]
    assert refused(await world.act(DIRECTOR, "signer-removal", id, task_id=own)) == (
        422,
        "NOT_REMOVABLE",
    )
    assert (await world.act("chen.jing", "signer-removal", id, task_id=signer)).status_code == 403
    other = await world.act("wu.hao", "signer-removal", id, task_id=signer)
    assert other.json()["detail"].startswith("wu.hao is not whom this signer was added to")
    body = done(await world.act(DIRECTOR, "signer-removal", id, task_id=signer))
    assert task_of(body, "wu.hao")["reason_code"] == "SIGNER_REMOVED"
    assert body["status"] == "RUNNING"


async def test_transfer_and_advice(world: World) -> None:
    id = world.ask(BID)
    body = done(await world.act(DIRECTOR, "delegation", id, person_id="wu.hao", comment="you say"))
    assert task_of(body, DIRECTOR)["status"] == "WAITING"
    body = done(await world.act("wu.hao", "rejection", id, comment="rather not"))
    advice = task_of(body, "wu.hao")
    assert (advice["kind"], advice["status"], advice["advice"]) == ("ADVICE", "ADVISED", "REJECTED")
    assert task_of(body, DIRECTOR)["status"] == "OPEN"
    body = done(await world.act(DIRECTOR, "transfer", id, person_id="feng.lan", comment="yours"))
    assert task_of(body, DIRECTOR)["reason_code"] == "TRANSFERRED"
    assert refused(await world.act(DIRECTOR, "approval", id)) == (409, "TASK_NOT_OPEN")
    body = done(await world.act("feng.lan", "approval", id))
    assert body["status"] == "APPROVED"
    assert acts(body) == ["DELEGATED", "TRANSFERRED"]


async def test_claim_and_release(world: World) -> None:
    id = world.ask()
    assert refused(await world.act(DIRECTOR, "release", id)) == (422, "NOT_CLAIMABLE")
    body = done(await world.act(DIRECTOR, "claim", id))
    assert task_of(body, "admin")["reason_code"] == "CLAIMED"
    body = done(await world.act(DIRECTOR, "release", id))
    assert task_of(body, "admin")["status"] == "OPEN"
    assert acts(body) == ["CLAIMED", "RELEASED"]


async def test_a_withdrawn_opinion_stays_visible(world: World) -> None:
    id = world.ask(BID, **BIG)
    done(await world.act(DIRECTOR, "approval", id, comment="too quick", attachments=[FILE]))
    body = done(await world.act(DIRECTOR, "withdrawal", id, comment="let me see again"))
    assert body["current_nodes"] == ["sales_director"]
    task = task_of(body, DIRECTOR)
    assert (task["status"], task["decided_by"]) == ("OPEN", None)
    (opinion,) = task["opinions"]
    assert (opinion["comment"], opinion["attachments"]) == ("too quick", [FILE])
    assert opinion["withdrawn"]["by"] == DIRECTOR
    assert opinion["withdrawn"]["comment"] == "let me see again"
    assert refused(await world.act(DIRECTOR, "withdrawal", id)) == (409, "NOT_WITHDRAWABLE")
    body = done(await world.act(DIRECTOR, "rejection", id, comment="no"))
    assert [one["decision"] for one in task_of(body, DIRECTOR)["opinions"]] == [
        "APPROVED",
        "REJECTED",
    ]


async def test_a_return_is_withdrawn_too(world: World) -> None:
    id = world.ask(BID)
    done(await world.act(DIRECTOR, "return", id, comment="why?"))
    body = done(await world.act(DIRECTOR, "withdrawal", id))
    assert (body["status"], body["rounds"][0]["outcome"]) == ("RUNNING", None)
    assert body["current_node"] == "sales_director"


async def test_return_to_an_earlier_node_and_straight_back(world: World) -> None:
    id = world.ask(BID, **BIG)
    done(await world.act(DIRECTOR, "approval", id))
    manager = "zhou.guoqiang"
    answer = await world.people(manager).get(f"/v1/approvals/{id}/return-targets")
    assert [one["to"] for one in answer.json()["items"]] == ["submitter", "sales_director"]
    assert answer.json()["items"][1]["name_zh"] == "销售总监审批"
    wrong = await world.act(manager, "return", id, to="general_manager")
    assert refused(wrong) == (422, "RETURN_IMPOSSIBLE")
    body = done(await world.act(manager, "return", id, to="sales_director", return_to_me=True))
    assert (body["status"], body["current_nodes"]) == ("RUNNING", ["sales_director"])
    body = done(await world.act(DIRECTOR, "approval", id))
    assert body["current_nodes"] == ["general_manager"]
    not_asked = await world.people("chen.jing").get(f"/v1/approvals/{id}/return-targets")
    assert not_asked.status_code == 403


async def test_recall_and_revocation(world: World) -> None:
    id = world.ask(BID)
    assert (await world.act(DIRECTOR, "recall", id)).json()["policy"] == "approval:submitter"
    body = done(await world.act("chen.jing", "recall", id, comment="a mistake"))
    assert (body["status"], body["rounds"][0]["outcome"]) == ("RETURNED", "RECALLED")
    assert task_of(body, DIRECTOR)["reason_code"] == "RECALLED"
    assert (await world.act(DIRECTOR, "revocation", id)).status_code == 403
    body = done(await world.act("chen.jing", "revocation", id, comment="not needed"))
    assert (body["status"], body["current_nodes"]) == ("REVOKED", [])
    assert acts(body) == ["RECALLED", "REVOKED"]
    assert refused(await world.act("chen.jing", "resubmission", id)) == (409, "ILLEGAL_TRANSITION")


async def test_what_was_approved_is_taken_back_in_time(world: World) -> None:
    id = world.ask(BID)
    body = done(await world.act(DIRECTOR, "approval", id))
    assert body["reversible_until"] > body["completed_at"]
    assert (await world.act(DIRECTOR, "reversal", id)).status_code == 403
    body = done(await world.act("chen.jing", "reversal", id, comment="the customer left"))
    assert (body["status"], body["reversible_until"]) == ("REVERSED", None)
    body = done(await world.act("chen.jing", "resubmission", id))
    assert (body["status"], body["round"], body["completed_at"]) == ("RUNNING", 2, None)


async def test_an_import_takes_back_at_any_time_in_the_name_of_a_role(world: World) -> None:
    id = world.ask(BID, at=utc_now() - timedelta(days=60))
    body: dict[str, Any] = {"on_behalf_of": DIRECTOR, "on_behalf_reason": "import"}
    when = (utc_now() - timedelta(days=50)).isoformat()
    done(await world.act("admin", "approval", id, effective_at=when, **body))
    assert refused(await world.act("chen.jing", "reversal", id)) == (409, "NOT_REVERSIBLE")
    waived: dict[str, Any] = {"role": "finance", "waived_rules": ["A-22"]}
    assert (await world.act("chen.jing", "reversal", id, **waived)).status_code == 403
    body["on_behalf_of"] = "chen.jing"
    taken = done(await world.act("admin", "reversal", id, **waived, **body))
    assert taken["status"] == "REVERSED"
    assert taken["rounds"][0]["acts"][-1]["role"] == "finance"


async def test_urging_has_a_pause(world: World) -> None:
    id = world.ask(BID)
    assert (await world.act(DIRECTOR, "urge", id)).status_code == 403
    body = done(await world.act("chen.jing", "urge", id, comment="please"))
    assert body["rounds"][0]["acts"][-1]["people"] == ["admin", DIRECTOR]
    assert refused(await world.act("chen.jing", "urge", id)) == (409, "URGED_TOO_SOON")
    answer = await world.people("chen.jing").get(f"/v1/approvals/{id}/allowed-commands")
    urge = next(one for one in answer.json()["items"] if one["command"] == "urge")
    assert urge["reasons"][0]["rule"] == "URGED_TOO_SOON"


async def test_comments_with_files(world: World) -> None:
    id = world.ask(BID)
    body = done(await world.act("chen.jing", "comment", id, comment="see", attachments=[FILE]))
    said = body["rounds"][0]["acts"][-1]
    assert (said["by"], said["comment"], said["attachments"]) == ("chen.jing", "see", [FILE])
    assert (await world.act("chen.jing", "comment", id)).status_code == 422
    wrong = {**FILE, "sha256": "no hash"}
    answer = await world.act("chen.jing", "comment", id, comment="see", attachments=[wrong])
    assert answer.status_code == 422
    assert (await world.act("he.lin", "comment", id, comment="and I?")).status_code == 403


async def test_administrators_jump_and_terminate_with_a_reason(world: World) -> None:
    id = world.ask(BID, **BIG)
    assert (await world.act(DIRECTOR, "jump", id, to="general_manager")).status_code == 403
    silent = await world.act("admin", "jump", id, to="general_manager")
    assert refused(silent) == (422, "REASON_MISSING")
    wrong = await world.act("admin", "jump", id, to="nowhere", comment="urgent")
    assert refused(wrong) == (422, "NODE_UNKNOWN")
    body = done(await world.act("admin", "jump", id, to="general_manager", comment="urgent"))
    assert body["current_nodes"] == ["general_manager"]
    assert refused(await world.act("admin", "termination", id)) == (422, "REASON_MISSING")
    body = done(await world.act("admin", "termination", id, comment="the customer is gone"))
    assert (body["status"], body["current_nodes"]) == ("TERMINATED", [])
    assert acts(body) == ["JUMPED", "TERMINATED"]


async def test_only_somebody_with_the_role_may_submit(world: World) -> None:
    body = await world.read(world.ask(BID, "feng.lan"))
    assert (body["status"], body["reason_code"]) == ("NOT_STARTED", "SUBMITTER_NOT_ALLOWED")


async def test_the_version_of_the_subject_is_pinned(world: World) -> None:
    assert (await world.read(world.ask(BID)))["subject_version"] == 7


async def test_who_may_write_a_field_changes_the_form(world: World) -> None:
    asked = [
        {"role": "engineer", "quantity": 1, "hours": 8, "from": "2026-12-01", "until": "2026-12-05"}
    ]
    id = world.ask("tas_2_3_presales_resource_request", form={"resources": asked})
    granted = [{**asked[0], "hours": 6}]
    wrong = await world.act("wu.hao", "approval", id, form_changes={"comment": "mine"})
    assert refused(wrong) == (422, "FORM_CHANGES_INVALID")
    body = done(await world.act("wu.hao", "approval", id, form_changes={"resources": granted}))
    assert (body["status"], body["form"]) == ("APPROVED", {"resources": granted})
    assert body["rounds"][0]["form"] == {"resources": asked}
    published = world.resources.events.history(id)[-1][0]
    assert published.form == {"resources": granted}  # type: ignore[attr-defined]
