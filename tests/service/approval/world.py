"""Opportunities ask for approvals, and people decide over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.reactions import REACTIONS
from opentas_shared.contracts.opportunity import ApprovalRequested
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.domain.time import Moment, utc_now
from opentas_shared.messaging.envelope import Envelope
from opentas_shared.persistence.recorded import Context

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    import httpx

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.runtime.resources import Resources

INITIATION = "tas_2_1_opportunity_initiation"


def request_of(flow: str, submitter: str, **more: Any) -> ApprovalRequested:
    opportunity = more.pop("opportunity_id", None) or new_id()
    request_no = more.pop("request_no", 1)
    fields = {
        "opportunity_id": opportunity,
        "lead_id": None,
        "source": "WEBSITE",
        "owner_id": submitter,
        "status": "OPEN",
        "stage_model": "SM-TAS",
        "stage_model_version": 1,
        "stage": "INITIATE_OPPORTUNITY",
        "amount": {"amount_minor": 150_000_00, "currency": "CNY"},
        "base_amount_minor": 150_000_00,
        "base_currency": "CNY",
        "amount_grade": "C",
        "strategic_grade": "STANDARD",
        "probability_grade": "MEDIUM",
        "win_probability": 40,
        "opened_at": utc_now(),
        "approval_id": derived_id("approval", opportunity, flow, request_no),
        "flow": flow,
        "request_no": request_no,
        "form": {},
        "submitter_id": submitter,
        "facts": {},
    }
    return ApprovalRequested(**{**fields, **more})


def envelope_of(contract: Contract, moment: Moment) -> Envelope:
    """The envelope in which the contract arrives, as the seventh version of its subject."""
    return Envelope(
        id=new_id(),
        source="/opentas/opportunity-service",
        epoch=1,
        type=contract.TYPE,
        subject=str(new_id()),
        topic=contract.TOPIC,
        partition=0,
        position=1,
        aggregate_version=7,
        time=moment.instant,
        recorded_time=utc_now(),
        correlation_id="test",
        causation_id=None,
        traceparent=None,
        actor="test",
    )


@dataclass
class World:
    """What a test does with approval-service."""

    resources: Resources
    people: Callable[..., httpx.AsyncClient]

    def ask(
        self,
        flow: str = INITIATION,
        submitter: str = "chen.jing",
        *,
        at: datetime | None = None,
        **more: Any,
    ) -> UUID:
        """An opportunity's request for an approval arrives."""
        contract = request_of(flow, submitter, **more)
        self.hear(contract, Moment(at or utc_now()))
        return contract.approval_id

    def hear(self, contract: Contract, moment: Moment | None = None) -> None:
        """The service reacts to a contract of another one."""
        moment = moment or Moment(utc_now())
        envelope = envelope_of(contract, moment)
        self.resources.executor.submit(
            lambda work: REACTIONS[type(contract)](contract, envelope, work),
            Context(actor="system:approval-service", moment=moment),
        ).result()

    async def read(self, id: UUID, who: str = "admin") -> dict[str, Any]:
        answer = await self.people(who).get(f"/v1/approvals/{id}")
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def act(
        self, who: str, noun: str, id: UUID, version: str = "*", **body: Any
    ) -> httpx.Response:
        return await self.people(who).post(
            f"/v1/approvals/{id}/{noun}", json=body, headers={"if-match": version}
        )
