"""The leads of the story: captured, classified, qualified, converted or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentas.demo.calendar import Calendar
    from opentas.demo.people import People
    from opentas.demo.story import Deal, Lead

CRITERIA = (
    "NEED_CONFIRMED",
    "BUDGET_CONFIRMED",
    "DECISION_MAKER_IDENTIFIED",
    "TIMELINE_CONFIRMED",
    "SOLUTION_FIT",
)
START_AFTER = timedelta(days=80)
"""The customers' projects start so long after the capture: such leads are hot."""


def play_lead(lead: Lead, number: int, calendar: Calendar, people: People) -> dict[str, Any]:
    """Bring the lead in with its history; what is known already changes nothing.

    The result of its item, with ``opportunity_id`` when it was converted.
    """
    captured_at = calendar.captured_at(lead.day, number)
    steps = _steps(lead, captured_at, people)
    happened = [
        step for step in steps if calendar.happened(datetime.fromisoformat(step["effective_at"]))
    ]
    item = {"natural_key": lead.natural_key, "steps": happened}
    return people.importer.batch("/v1/leads/batch", item)


def _steps(lead: Lead, captured_at: datetime, people: People) -> list[dict[str, Any]]:
    def after(days: float, command: str, **fields: Any) -> dict[str, Any]:
        at = captured_at + timedelta(days=days)
        return {"command": command, "effective_at": at.isoformat(), **fields}

    facts = {
        "title": lead.title,
        "description": f"{lead.company[1]}: {lead.need}",
        "source": lead.source,
        "owner_id": lead.by,
        "scale": lead.size,
        "customer_importance": lead.rank,
        "solution_fit": lead.fit,
        "expected_start": (captured_at + START_AFTER).date().isoformat(),
        "customer_id": _customer(lead, people),
    }
    steps = [after(0, "capture", **facts)]
    if lead.gone == "NEW":
        return steps
    steps.append(after(1, "classify"))
    if lead.gone == "SCREENING":
        return steps
    if lead.deal is None and lead.gone != "QUALIFIED":
        assert lead.gone is not None
        return [*steps, after(6, "discard", reason=lead.gone.reason)]
    pace = lead.deal.pace if lead.deal else 1.0
    steps.append(after(4 * pace, "qualify", criteria=list(CRITERIA)))
    if lead.deal is not None:
        steps.append(after(5 * pace, "convert", **_opening(lead.deal, captured_at)))
    return steps


def _opening(deal: Deal, captured_at: datetime) -> dict[str, Any]:
    return {
        "owner_id": deal.owner,
        "amount": {"amount_minor": 100 * deal.amount, "currency": "CNY"},
        "strategic_grade": deal.grade,
        "expected_close_date": (captured_at + timedelta(days=75 * deal.pace)).date().isoformat(),
    }


def _customer(lead: Lead, people: People) -> str:
    """The customer of this name, registered if nobody knows it."""
    name = f"{lead.company[0]} {lead.company[1]}"
    found = people.importer.get("/v1/customers", q=name)["items"]
    for customer in found:
        if customer["name"] == name:
            return str(customer["id"])
    customer = people.importer.create("/v1/customers", name=name, owner_id=lead.by, force=True)
    return str(customer["id"])
