"""Published events as other services would send them, and a projection's rows in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from opentas_shared.contracts import approval, lead, opportunity
from opentas_shared.messaging.envelope import Envelope
from opentas_shared.persistence.rows import Row, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Table

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.persistence.projection import Projection

NAMESPACE = UUID("b1b4b7de-4a52-4c53-9e0b-2d2f7f1f0001")
START = datetime(2021, 1, 5, 1, 0, tzinfo=UTC)
STAGES = tuple(
    opportunity.StageNumbers(
        code=code,
        order=order,
        win_probability=probability,
        expected_conversion=expected,
        planned_days=planned,
    )
    for order, (code, probability, expected, planned) in enumerate(
        [("A", 10, 80, 7), ("B", 25, 70, 7), ("C", 50, 60, 10), ("D", 100, None, None)], 1
    )
)
ODDS = {stage.code: stage.win_probability for stage in STAGES}

Published = tuple["Contract", Envelope]


def day(number: float) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=number)


def published(contract: Contract, subject: UUID, version: int, at: datetime) -> Published:
    """A contract in its envelope; the same arguments give the same event id."""
    kind = type(contract)
    return contract, Envelope(
        id=uuid5(NAMESPACE, f"{subject}/{version}"),
        source="/opentas/" + kind.TOPIC.split(".")[1],
        epoch=1,
        type=kind.TYPE,
        subject=str(subject),
        topic=kind.TOPIC,
        partition=0,
        position=version,
        aggregate_version=version,
        time=at,
        recorded_time=at + timedelta(seconds=1),
        correlation_id="test",
        causation_id=None,
        traceparent=None,
        actor="test",
    )


@dataclass
class Stream:
    """The events of one aggregate; ``common`` is what each of them carries."""

    name: str
    common: dict[str, Any] = field(default_factory=dict)
    events: list[Published] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        return uuid5(NAMESPACE, self.name)

    def add(self, contract: type[Contract], at: datetime, **values: Any) -> Stream:
        carried = {name: v for name, v in values.items() if name in self.common}
        self.common |= carried
        made = contract.model_validate({**self.common, **values})
        self.events.append(published(made, self.id, len(self.events) + 1, at))
        return self


def a_lead(
    name: str, at: datetime, source: str = "web", owner: str = "mara", **more: Any
) -> Stream:
    """A captured lead."""
    stream = Stream(f"lead-{name}")
    stream.common = {
        "lead_id": stream.id,
        "source": source,
        "owner_id": owner,
        "captured_at": at,
    }
    return stream.add(lead.LeadCaptured, at, generation_mode="INBOUND", **more)


def converted(stream: Stream, at: datetime, owner: str = "sam") -> Stream:
    """The lead becomes the opportunity of the same name."""
    return stream.add(
        lead.LeadConverted,
        at,
        opportunity_id=uuid5(NAMESPACE, stream.name.replace("lead-", "opportunity-")),
        opportunity_name=stream.name,
        owner_id=owner,
        previous_owner_id=stream.common["owner_id"],
        converted_by=owner,
    )


def an_opportunity(
    name: str,
    at: datetime,
    *,
    stage: str = "A",
    owner: str = "sam",
    source: str = "web",
    amount: int | None = 100_000,
    model: str = "SM-TAS",
    stages: tuple[opportunity.StageNumbers, ...] = STAGES,
) -> Stream:
    """An opened opportunity."""
    stream = Stream(f"opportunity-{name}")
    stream.common = {
        "opportunity_id": stream.id,
        "lead_id": str(uuid5(NAMESPACE, f"lead-{name}")),
        "source": source,
        "owner_id": owner,
        "status": "OPEN",
        "stage_model": model,
        "stage_model_version": 1,
        "stage": stage,
        "amount": None
        if amount is None
        else {"amount_minor": amount, "currency": "CNY", "rate": "1"},
        "base_amount_minor": amount,
        "base_currency": "CNY",
        "amount_grade": "C",
        "strategic_grade": "NORMAL",
        "probability_grade": None,
        "win_probability": ODDS.get(stage) if stages == STAGES else None,
        "opened_at": at,
    }
    return stream.add(opportunity.OpportunityOpened, at, stages=stages)


def moved(stream: Stream, at: datetime, to: str) -> Stream:
    """A stage move up or down."""
    was = stream.common["stage"]
    kind = opportunity.StageAdvanced if to > was else opportunity.StageReverted
    odds = ODDS.get(to) if stream.common["win_probability"] is not None else None
    return stream.add(kind, at, from_stage=was, to_stage=to, stage=to, win_probability=odds)


def won(stream: Stream, at: datetime) -> Stream:
    return stream.add(opportunity.OpportunityWon, at, status="WON")


def lost(stream: Stream, at: datetime, reason: str = "PRICE") -> Stream:
    return stream.add(opportunity.OpportunityLost, at, status="LOST", reason=reason)


def voided(stream: Stream, at: datetime) -> Stream:
    return stream.add(opportunity.OpportunityVoided, at, status="VOID", reason="DUPLICATE")


def an_approval(name: str, at: datetime, flow: str = "tas_2_1", submitter: str = "sam") -> Stream:
    """A started approval."""
    stream = Stream(f"approval-{name}")
    stream.common = {
        "approval_id": stream.id,
        "flow": flow,
        "subject_type": "opportunity",
        "subject_id": str(uuid5(NAMESPACE, f"opportunity-{name}")),
        "submitter_id": submitter,
        "definition_version": 1,
        "round": 1,
    }
    return stream.add(approval.ApprovalStarted, at, facts={}, submitted_at=at)


def asked(stream: Stream, at: datetime, task: str, person: str = "boss", **more: Any) -> Stream:
    """A task for a person at the node ``head``, open unless ``more`` says otherwise."""
    return stream.add(
        approval.TaskAssigned,
        at,
        **{"node": "head", "task_id": _task(stream, task), "assignee_id": person, **more},
    )


def decided(
    stream: Stream,
    at: datetime,
    task: str,
    decision: str = "APPROVED",
    by: str = "boss",
    **more: Any,
) -> Stream:
    """The decision of a task by its person; ``decision_no`` counts on."""
    number = sum(isinstance(event, approval.TaskDecided) for event, _ in stream.events) + 1
    values = {"node": "head", "assignee_id": by, "decided_by": by, "decision_no": number, **more}
    return stream.add(
        approval.TaskDecided, at, task_id=_task(stream, task), decision=decision, **values
    )


def reopened(stream: Stream, at: datetime, task: str, status: str = "OPEN") -> Stream:
    return stream.add(
        approval.TaskOpened,
        at,
        task_id=_task(stream, task),
        node="head",
        assignee_id="boss",
        status=status,
        reason_code="WITHDRAWN",
    )


def closed(stream: Stream, at: datetime, task: str, outcome: str | None = None) -> Stream:
    return stream.add(
        approval.TaskClosed,
        at,
        task_id=_task(stream, task),
        node="head",
        assignee_id="boss",
        reason_code="DONE_BY_OTHER" if outcome is None else "TIMED_OUT",
        outcome=outcome,
    )


def withdrawn(stream: Stream, at: datetime, task: str, decision_no: int = 1) -> Stream:
    """A decision taken back, and its task open again."""
    stream.add(
        approval.DecisionWithdrawn,
        at,
        task_id=_task(stream, task),
        node="head",
        decision_no=decision_no,
        by="boss",
    )
    return reopened(stream, at, task)


def reversed_(stream: Stream, at: datetime, role: str = "") -> Stream:
    return stream.add(approval.ApprovalReversed, at, by="sam", role=role, reversed_at=at)


def _task(stream: Stream, name: str) -> UUID:
    return uuid5(stream.id, name)


def returned(stream: Stream, at: datetime) -> Stream:
    return stream.add(approval.ApprovalReturned, at, node="head", returned_by="boss")


def resubmitted(stream: Stream, at: datetime) -> Stream:
    number = stream.common["round"] + 1
    return stream.add(approval.ApprovalResubmitted, at, round=number, resubmitted_by="sam")


def completed(stream: Stream, at: datetime, outcome: str = "APPROVED") -> Stream:
    return stream.add(approval.ApprovalCompleted, at, outcome=outcome, completed_at=at)


class MemoryRows:
    """Rows of a projection without a database."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {}

    def get(self, table: Table, **key: Any) -> Row | None:
        row = self.tables.get(table.name, {}).get(key_of(table, key))
        return dict(row) if row is not None else None

    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        assert set(row) == {column.name for column in table.columns}, table.name
        self.tables.setdefault(table.name, {})[key_of(table, row)] = dict(row)

    def delete(self, table: Table, **key: Any) -> None:
        del self.tables[table.name][key_of(table, key)]

    def of(self, table: Table) -> list[Row]:
        rows = self.tables.get(table.name, {})
        return [rows[key] for key in sorted(rows)]


def projected(projection: Projection, events: Iterable[Published]) -> MemoryRows:
    """The rows after these events, in this order."""
    rows = MemoryRows()
    for contract, envelope in events:
        projection.apply(contract, envelope, rows)  # type: ignore[arg-type]
    return rows
