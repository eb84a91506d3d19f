"""Stored events of calendars and delegations, and of departments before they had calendars."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.delegation.term import Term
from approval_service.domain.organisation.calendar import Calendar, Plan
from approval_service.domain.organisation.department import Department
from opentas_shared.persistence.mapping import MAPPER

ID = UUID("01a20c32-b459-7797-8215-57f072e34cb8")
WHEN = {"_type_": "datetime_iso", "_data_": "2026-11-24T01:00:00+00:00"}
UNTIL = {"_type_": "datetime_iso", "_data_": "2026-12-24T01:00:00+00:00"}
FACTS = {
    "principal_id": "chen",
    "deputy_id": "liu",
    "from_at": WHEN,
    "until_at": UNTIL,
    "flows": ["tas_6_3_bid_approval"],
    "reason": "",
}
PLAN: dict[str, Any] = {
    "name": "Mainland China",
    "name_zh": "中国大陆",
    "is_default": True,
    "time_zone": "Asia/Shanghai",
    "weekdays": [1, 2, 3, 4, 5],
    "hours": ["09:00-18:00"],
    "holidays": [
        {
            "name": "New Year",
            "name_zh": "元旦",
            "first": "2026-01-01",
            "last": "2026-01-03",
            "make_up_days": ["2026-01-04"],
        }
    ],
    "special_days": [{"day": "2026-02-13", "hours": []}],
}


def loaded(*events: tuple[str, dict[str, Any]]) -> Any:
    aggregate: Any = None
    for version, (topic, fields) in enumerate(events, start=1):
        state = {"timestamp": WHEN, **fields}
        if version == 1:
            state["originator_topic"] = topic.partition(".")[0]
        stored = StoredEvent(ID, version, topic, json.dumps(state).encode())
        event: Any = MAPPER.to_domain_event(stored)
        aggregate = event.mutate(aggregate)
    return aggregate


def test_a_delegation_is_read_as_it_was_written() -> None:
    delegation = loaded(
        ("delegation.granted", {**FACTS, "granted_by": "chen"}),
        ("delegation.revoked", {**FACTS, "revoked_by": "admin"}),
    )
    assert isinstance(delegation, Delegation)
    assert delegation.revoked
    assert delegation.term == Term(
        "chen",
        "liu",
        datetime(2026, 11, 24, 1, tzinfo=UTC),
        datetime(2026, 12, 24, 1, tzinfo=UTC),
        frozenset({"tas_6_3_bid_approval"}),
    )


def test_a_calendar_is_read_as_it_was_written() -> None:
    changed = {**PLAN, "hours": ["10:00-19:00"]}
    calendar = loaded(
        ("calendar.registered", {"calendar_id": "cn", **PLAN}),
        ("calendar.changed", {"calendar_id": "cn", **changed}),
    )
    assert isinstance(calendar, Calendar)
    assert calendar.plan == Plan(**changed)


def test_a_department_without_a_calendar_inherits_one() -> None:
    fields = {
        "department_id": "sales",
        "name": "Sales",
        "name_zh": "销售",
        "parent_id": None,
        "path": ["sales"],
        "head_id": None,
    }
    department = loaded(("department.registered", fields), ("department.changed", fields))
    assert isinstance(department, Department)
    assert department.charter.calendar_id is None
