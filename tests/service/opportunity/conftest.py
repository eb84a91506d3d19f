"""opportunity-service over a real database, called over HTTP as different people."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest

from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalNotStarted,
    ApprovalRefreshed,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalReversed,
    ApprovalStarted,
    ApprovalWentStale,
)
from opentas_shared.contracts.lead import LeadConverted
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.domain.time import Moment
from opentas_shared.messaging.envelope import Envelope
from opentas_shared.organisation.directory import Department, Person, put_department, put_person
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token
from opportunity_service.reactions import REACTIONS
from opportunity_service.service import SERVICE
from tests.support.opportunity_flows import FORMS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.settings import SharedSettings

PEOPLE = (
    ("sun.li", "sales", "sales_director", None),
    ("chen.jing", "sales", "senior_sales_manager", "sun.li"),
    ("liu.yang", "sales", "sales_manager", "chen.jing"),
    ("yang.mei", "sales", "junior_sales", "chen.jing"),
    ("huang.lei", "north", "sales_manager", None),
    ("ma.chao", "north", "presales_engineer", None),
    ("tang.li", "north", "technical_lead", None),
)


@pytest.fixture
async def app(settings_for: Callable[..., SharedSettings]) -> AsyncIterator[FastAPI]:
    """The application with its resources started and a small organisation known to it."""
    application = create_app(SERVICE, settings_for(SERVICE))
    async with application.router.lifespan_context(application):
        await application.state.resources.executor.run(_organisation, Context(actor="test"))
        yield application


def _organisation(work: UnitOfWork) -> None:
    put_department(work.rows, Department("sales", None, ("sales",), "sun.li", "Sales", "销售部"))
    put_department(work.rows, Department("north", None, ("north",), None, "North", "北方"))
    for person_id, department, post, superior in PEOPLE:
        posts = frozenset({post})
        put_person(work.rows, Person(person_id, department, posts, posts, superior, True))


class Calls:
    """Calls the service as one person, and speaks for the other services."""

    def __init__(self, app: FastAPI, subject: str, **claims: Any) -> None:
        self.app = app
        self.subject = subject
        token = sign_development_token(app.state.resources.settings, subject, **claims)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://test",
            headers={"authorization": f"Bearer {token}"},
        )

    async def post(
        self, path: str, version: int | str | None = None, headers: Any = None, **body: Any
    ) -> httpx.Response:
        """A command; ``version`` becomes If-Match."""
        sent = dict(headers or {})
        if version is not None:
            sent["if-match"] = version if version == "*" else f'"{version}"'
        return await self.http.post(path, json=body, headers=sent)

    async def get(self, path: str, headers: Any = None, **parameters: Any) -> httpx.Response:
        """A read."""
        return await self.http.get(path, params=parameters or None, headers=headers)

    async def do(self, id: str, command: str, **body: Any) -> dict[str, Any]:
        """A command that must be accepted."""
        answer = await self.post(f"/v1/opportunities/{id}/{command}", "*", **body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def refused(self, id: str, command: str, **body: Any) -> dict[str, Any]:
        """A command that must be refused."""
        answer = await self.post(f"/v1/opportunities/{id}/{command}", "*", **body)
        assert answer.is_client_error, answer.text
        return dict(answer.json())

    async def read(self, id: str) -> dict[str, Any]:
        """The opportunity as it is now."""
        answer = await self.get(f"/v1/opportunities/{id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def converted(self, owner_id: str = "chen.jing", **facts: Any) -> str:
        """The id of an opportunity that the conversion of a lead has opened."""
        lead_id = facts.pop("lead_id", None) or new_id()
        at = facts.pop("at", None)
        contract = LeadConverted(
            lead_id=lead_id,
            source="WEBSITE",
            owner_id=owner_id,
            captured_at=datetime(2026, 1, 1, tzinfo=UTC),
            opportunity_id=derived_id("opportunity", lead_id),
            opportunity_name="MES for Suzhou",
            converted_by="chen.jing",
            **facts,
        )
        await self.hears(contract, at)
        return str(contract.opportunity_id)

    async def hears(self, contract: Contract, at: datetime | None = None) -> None:
        """Let the service react to a published event."""
        moment = Moment(at or datetime.now(UTC))
        envelope = _envelope(contract, moment)
        reaction = REACTIONS[type(contract)]
        context = Context(actor="system:opportunity-service", moment=moment)
        executor = self.app.state.resources.executor
        await executor.run(lambda work: reaction(contract, envelope, work), context)

    async def approval(
        self, id: str, flow: str, outcome: str | None = "APPROVED", **form: Any
    ) -> str:
        """Request an approval and let it start, and end unless ``outcome`` is none."""
        form = form or FORMS.get(flow, {})
        answer = await self.do(id, "approval-requests", flow=flow, form=form)
        approval_id = str(answer["approval_id"])
        await self.hears(started(id, approval_id, flow))
        if outcome is not None:
            await self.hears(completed(id, approval_id, flow, outcome))
        return approval_id


def _envelope(contract: Contract, moment: Moment) -> Envelope:
    fields: dict[str, Any] = {field.name: None for field in dataclasses.fields(Envelope)}
    fields |= {"id": new_id(), "time": moment.instant, "type": contract.TYPE}
    return Envelope(**fields)


def _approval(id: str, approval_id: str, flow: str) -> dict[str, Any]:
    return {
        "approval_id": UUID(approval_id),
        "flow": flow,
        "subject_type": "opportunity",
        "subject_id": id,
        "submitter_id": "chen.jing",
        "definition_version": 1,
        "round": 1,
    }


def started(id: str, approval_id: str, flow: str) -> ApprovalStarted:
    """What approval-service says when it starts."""
    now = datetime.now(UTC)
    return ApprovalStarted(**_approval(id, approval_id, flow), facts={}, submitted_at=now)


def not_started(id: str, approval_id: str, flow: str) -> ApprovalNotStarted:
    """What approval-service says when it cannot start."""
    return ApprovalNotStarted(
        **_approval(id, approval_id, flow),
        reason_code="NO_APPROVER",
        reason="Nobody is sales_director.",
        missing=("sales_director",),
    )


def returned(id: str, approval_id: str, flow: str) -> ApprovalReturned:
    """What approval-service says when an approver hands it back."""
    fields = _approval(id, approval_id, flow)
    return ApprovalReturned(**fields, node="sales_director", returned_by="sun.li")


def resubmitted(id: str, approval_id: str, flow: str) -> ApprovalResubmitted:
    """What approval-service says when the submitter sends it again."""
    fields = _approval(id, approval_id, flow)
    return ApprovalResubmitted(**fields, resubmitted_by="chen.jing")


def completed(id: str, approval_id: str, flow: str, outcome: str) -> ApprovalCompleted:
    """What approval-service says at the end."""
    now = datetime.now(UTC)
    fields = _approval(id, approval_id, flow)
    return ApprovalCompleted(**fields, outcome=outcome, completed_at=now)


def reversed_(id: str, approval_id: str, flow: str) -> ApprovalReversed:
    """What approval-service says when an approval is taken back."""
    fields = _approval(id, approval_id, flow)
    return ApprovalReversed(**fields, by="chen.jing", reversed_at=datetime.now(UTC))


def went_stale(id: str, approval_id: str, flow: str) -> ApprovalWentStale:
    """What approval-service says when watched facts have moved."""
    change = {"fact": "base_amount_minor", "approved": 1, "now": 2}
    return ApprovalWentStale(**_approval(id, approval_id, flow), changes=(change,))


def refreshed(id: str, approval_id: str, flow: str) -> ApprovalRefreshed:
    """What approval-service says when they are again what was approved."""
    return ApprovalRefreshed(**_approval(id, approval_id, flow))


@pytest.fixture
async def call(app: FastAPI) -> AsyncIterator[Callable[..., Calls]]:
    """``call("liu.yang", roles=["sales_manager"])``: somebody who calls."""
    made: list[Calls] = []

    def calls(subject: str = "chen.jing", **claims: Any) -> Calls:
        made.append(Calls(app, subject, **claims))
        return made[-1]

    yield calls
    for each in made:
        await each.http.aclose()


@pytest.fixture
def chen(call: Callable[..., Calls]) -> Calls:
    """A senior sales manager who sees everything."""
    return call("chen.jing", roles=["senior_sales_manager", "admin"])


@pytest.fixture
def importer(call: Callable[..., Calls]) -> Calls:
    """Who brings in history."""
    return call("migration", roles=["importer"])
