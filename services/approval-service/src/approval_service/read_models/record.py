"""The record of an approval: one document with everything that was asked, said and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.configuration.record_labels import fact_titles
from approval_service.read_models.approval_queries import view
from approval_service.read_models.organisation import people
from opentas_shared.organisation.calendars import calendar_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Connection

ABOUT = (
    "id",
    "flow",
    "flow_name",
    "flow_name_zh",
    "number",
    "request_no",
    "definition_version",
    "subject_type",
    "subject_id",
    "subject_name",
    "subject_version",
    "subject_url",
    "submitter_id",
    "status",
    "stale",
    "round",
    "reason_code",
    "reason",
    "submitted_at",
    "completed_at",
    "reversible_until",
)
PERSONS = (
    "submitter_id",
    "submitted_by",
    "assignee_id",
    "principal_id",
    "decided_by",
    "on_behalf_of",
    "by",
    "signer_id",
    "to",
)


def record(
    connection: Connection, row: Mapping[Any, Any], hidden: Collection[str]
) -> dict[str, Any]:
    """The record as primitive values, without the ``hidden`` fields of the form."""
    shown = view(row, hidden)
    properties = (row["definition"] or {}).get("form", {}).get("properties", {})
    return {
        "approval": {name: shown[name] for name in ABOUT},
        "facts": [
            {"name": name, **fact_titles(name), "value": value}
            for name, value in shown["facts"].items()
        ],
        "form": [
            {"name": name, **_titles(name, properties), "value": value}
            for name, value in shown["form"].items()
        ],
        "rounds": shown["rounds"],
        "signatures": signatures(shown["rounds"]),
        "people": _names(connection, {shown["submitter_id"], *_persons(shown["rounds"])}),
        "time_zone": calendar_of(connection).time_zone,
    }


def signatures(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who decided what, for whom and when, in the order of the decisions."""
    signed = [
        {
            "no": opinion["no"],
            "round": round["round"],
            "node": node["node"],
            "name": node["name"],
            "name_zh": node["name_zh"],
            "role": task["role"],
            "person_id": opinion["decided_by"],
            "on_behalf_of": opinion["on_behalf_of"],
            "principal_id": task["principal_id"],
            "decision": opinion["decision"],
            "at": opinion["decided_at"],
            "withdrawn": opinion["withdrawn"] is not None,
        }
        for round in rounds
        for node in round["nodes"]
        for task in node["tasks"]
        for opinion in task.get("opinions", ())
    ]
    return sorted(signed, key=lambda one: int(one["no"]))


def _titles(name: str, properties: Mapping[str, Any]) -> dict[str, str]:
    field = properties.get(name, {})
    title = field.get("title", name)
    return {"title": title, "title_zh": field.get("title_zh", title)}


def _persons(content: Any) -> Iterator[str]:
    if isinstance(content, list):
        for one in content:
            yield from _persons(one)
    elif isinstance(content, dict):
        yield from (str(content[name]) for name in PERSONS if content.get(name))
        yield from content.get("people") or ()
        for name in ("nodes", "tasks", "opinions", "acts", "timers_fired", "withdrawn"):
            yield from _persons(content.get(name))


def _names(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    known = select(people.c.id, people.c.name).where(people.c.id.in_(ids)).order_by(people.c.id)
    return {row.id: row.name for row in connection.execute(known)}
