"""The opportunities of the story on their way through SM-TAS."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentas.demo.approvals import Approvals

if TYPE_CHECKING:
    from opentas.demo.calendar import Calendar
    from opentas.demo.people import People
    from opentas.demo.story import Deal

INITIATE, ANALYZE = "INITIATE_OPPORTUNITY", "ANALYZE_REQUIREMENTS"
PRESENT, BID, SIGN = "PRESENT_VALUE", "ORGANIZE_BID", "NEGOTIATE_AND_SIGN"
ORDER = ("VALIDATE_OPPORTUNITY", INITIATE, ANALYZE, PRESENT, BID, SIGN)
YES = {"answer": True}


class Over(Exception):
    """The way of a deal ends here: it was lost or refused, or the rest lies after the story."""


class Way:
    """One opportunity. Every step looks first whether an earlier play has taken it."""

    def __init__(
        self,
        opportunity_id: str,
        deal: Deal,
        opened_at: datetime,
        calendar: Calendar,
        people: People,
    ) -> None:
        self._path = f"/v1/opportunities/{opportunity_id}"
        self._deal = deal
        self._at = opened_at
        self._calendar = calendar
        self._people = people
        self._approvals = Approvals(opportunity_id, deal, calendar, people)

    def go(self) -> None:
        """As far as the story goes."""
        try:
            self._enter(INITIATE, 1)
            self._answer(1)
            self._approved("tas_2_1_opportunity_initiation", 0.1)
            self._enter(ANALYZE, 1)
            self._approved("tas_2_3_presales_resource_request", 4)
            self._enter(PRESENT, 9)
            self._approved("tas_6_1_technical_proposal_review", 4)
            self._approved("tas_6_2_commercial_review", 2)
            self._enter(BID, 2.5)
            self._approved("tas_6_3_bid_approval", 1)
            self._enter(SIGN, 8)
            self._win(14)
            self._approved("tas_7_1_contract_scope_review", 3)
            self._sign(5)
        except Over:
            return

    def _enter(self, stage: str, days: float) -> None:
        self._later(days)
        opportunity = self._read()
        if ORDER.index(opportunity["stage"]) < ORDER.index(stage):
            self._act(opportunity, "stage-advancement", to_stage=stage)
        if self._deal.lost and self._deal.lost.at == stage:
            self._later(6)
            self._close("loss", reason=self._deal.lost.reason)
            raise Over

    def _answer(self, days: float) -> None:
        self._later(days)
        opportunity = self._read()
        if not opportunity["go_no_go"]:
            self._act(opportunity, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)

    def _approved(self, flow: str, days: float) -> None:
        self._later(days)
        status, self._at = self._approvals.go(flow, self._at)
        if status == "REJECTED" and flow == "tas_6_3_bid_approval":
            self._later(2)
            self._close("loss", reason="OTHER", reason_text="未通过投标批准 / the bid was refused")
        if status != "APPROVED":
            raise Over

    def _win(self, days: float) -> None:
        self._later(days)
        self._close("win")

    def _sign(self, days: float) -> None:
        self._later(days)
        opportunity = self._read()
        if opportunity["contract_no"] is None:
            number = f"HT-{self._at.year}-{opportunity['natural_key'] or opportunity['id'][-4:]}"
            signed_on = self._at.date().isoformat()
            self._act(opportunity, "contract-signature", contract_no=number, signed_on=signed_on)

    def _close(self, command: str, **fields: Any) -> None:
        opportunity = self._read()
        if opportunity["status"] == "OPEN":
            self._act(opportunity, command, **fields)

    def _later(self, days: float) -> None:
        self._at += timedelta(days=days * self._deal.pace)
        if not self._calendar.happened(self._at):
            raise Over

    def _read(self) -> dict[str, Any]:
        return self._people.importer.get(self._path)

    def _act(self, opportunity: dict[str, Any], command: str, **fields: Any) -> None:
        owner = self._people[self._deal.owner]
        owner.act(opportunity, f"{self._path}/{command}", self._at, **fields)
