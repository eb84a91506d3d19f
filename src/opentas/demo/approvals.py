"""Approvals of the story: asked for, decided by whoever is asked, returned, submitted again."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentas.importing.problems import Unusable

if TYPE_CHECKING:
    from opentas.demo.calendar import Calendar
    from opentas.demo.people import People
    from opentas.demo.story import Deal

BETWEEN = timedelta(hours=21)
"""So long everybody takes to act on what lies in the inbox."""
ENDED = ("APPROVED", "REJECTED")
PATIENCE_SECONDS = 30.0
FORMS: dict[str, dict[str, Any]] = {
    "tas_2_1_opportunity_initiation": {
        "reason": "需求明确，预算已落实 / need and budget are clear"
    },
    "tas_6_1_technical_proposal_review": {"text": "技术方案 V1.0 / technical proposal V1.0"},
    "tas_6_2_commercial_review": {"text": "商务方案与报价 V1.0 / commercial plan V1.0"},
    "tas_6_3_bid_approval": {"comment": "投标文件已完成评估 / the bid has been reviewed"},
    "tas_7_1_contract_scope_review": {"text": "工作范围说明书 V1.0 / statement of work V1.0"},
}
PRESALES_DAYS = 60


def form_of(flow: str, at: datetime) -> dict[str, Any]:
    """What the submitter fills in; presales are asked for from that day on."""
    if flow != "tas_2_3_presales_resource_request":
        return FORMS[flow]
    until = at + timedelta(days=PRESALES_DAYS)
    days = {"from": at.date().isoformat(), "until": until.date().isoformat()}
    return {"resources": [{"role": "consultant", "quantity": 1, "hours": 40, **days}]}


class Approvals:
    """The approvals of one opportunity."""

    def __init__(self, opportunity_id: str, deal: Deal, calendar: Calendar, people: People) -> None:
        self._path = f"/v1/opportunities/{opportunity_id}"
        self._deal = deal
        self._calendar = calendar
        self._people = people

    def go(self, flow: str, at: datetime) -> tuple[str, datetime]:
        """Ask for the flow at ``at`` and let everybody act in turn.

        Where it stands at the end of the story, and when it came there.
        """
        approval_id = self._asked(flow, at)
        path = f"/v1/approvals/{approval_id}"
        while True:
            approval = self._people.importer.get(path)
            when = at + BETWEEN * _acts(approval)
            if approval["status"] in ENDED:
                self._wait_for_result(approval_id, approval["status"])
                return approval["status"], when
            if not self._calendar.happened(when + BETWEEN):
                return approval["status"], when
            self._act(approval, path, flow, when + BETWEEN)

    def _asked(self, flow: str, at: datetime) -> str:
        asked = self._people.importer.get(f"{self._path}/approval-requests")["items"]
        for known in asked:
            if known["flow"] == flow:
                return str(known["approval_id"])
        owner = self._people[self._deal.owner]
        opportunity = owner.get(self._path)
        answer = owner.act(
            opportunity, f"{self._path}/approval-requests", at, flow=flow, form=form_of(flow, at)
        )
        return str(answer["approval_id"])

    def _act(self, approval: dict[str, Any], path: str, flow: str, at: datetime) -> None:
        if approval["status"] == "NOT_STARTED":
            raise Unusable(f"{flow} could not start: {approval['reason']}")
        if approval["status"] == "RETURNED":
            submitter = self._people[approval["submitter_id"]]
            comment = "已补充材料 / added what was missing"
            submitter.act(approval, f"{path}/resubmission", at, comment=comment)
            return
        person = self._people[_asked_now(approval)]
        if flow == self._deal.returned and approval["round"] == 1:
            comment = "请补充竞争分析 / please add an analysis of the competition"
            person.act(approval, f"{path}/return", at, comment=comment)
        elif flow == self._deal.rejected:
            comment = "投入产出不匹配 / not worth the effort"
            person.act(approval, f"{path}/rejection", at, comment=comment)
        else:
            person.act(approval, f"{path}/approval", at, comment="同意 / agreed")

    def _wait_for_result(self, approval_id: str, status: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            asked = self._people.importer.get(f"{self._path}/approval-requests")["items"]
            if any(a["approval_id"] == approval_id and a["status"] == status for a in asked):
                return
            time.sleep(0.03)
        raise Unusable(
            f"The result of the approval {approval_id} has not reached the opportunity within "
            f"{PATIENCE_SECONDS:.0f} seconds."
        )


def _tasks(approval: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        task for round_ in approval["rounds"] for node in round_["nodes"] for task in node["tasks"]
    ]


def _acts(approval: dict[str, Any]) -> int:
    """How often somebody has acted: decisions and submissions after the first."""
    decided = sum(task["decided_by"] is not None for task in _tasks(approval))
    return decided + int(approval["round"]) - 1


def _asked_now(approval: dict[str, Any]) -> str:
    """Who has an open task."""
    waiting = [task["assignee_id"] for task in _tasks(approval) if task["ended_at"] is None]
    if not waiting:
        raise Unusable(f"Nobody is asked in the approval {approval['id']}: {approval['reason']}")
    return str(waiting[0])
