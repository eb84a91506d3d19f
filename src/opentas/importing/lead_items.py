"""From rows of leads and deals to the steps of leads and of the opportunities won from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opentas.importing.problems import BadRow
from opentas.importing.rows import filled, value
from opentas.importing.steps import Item, Plan, Step
from opentas.importing.values import amount_of, instant

if TYPE_CHECKING:
    from datetime import datetime

    from opentas.importing.lead_mapping import DealColumns, LeadsMapping
    from opentas.importing.rows import Row, Source

NOBODY = "unassigned"


@dataclass
class LeadsPlan:
    """``leads`` holds an item per lead; ``deals`` one per win, with the key of its lead."""

    leads: Plan = field(default_factory=Plan)
    deals: Plan = field(default_factory=Plan)


@dataclass(frozen=True)
class Lead:
    """A lead's row as it was read."""

    row: Row
    captured_at: datetime
    item: Item


def plan_leads(source: Source, deals: Source | None, mapping: LeadsMapping) -> LeadsPlan:
    """One item per lead, with the conversion if a deal says that it became an opportunity.

    ``deals.items`` hold the wins: each is sent when its lead's item was taken.
    """
    plan = LeadsPlan(Plan(bad=list(source.broken)), Plan(bad=list(deals.broken if deals else ())))
    leads, unread = _leads(source, mapping, plan.leads)
    if deals is not None and mapping.deal is not None:
        _deals(deals, mapping, mapping.deal, plan.deals, leads, unread)
    plan.leads.items = [lead.item for lead in leads.values()]
    return plan


def _leads(
    source: Source, mapping: LeadsMapping, plan: Plan
) -> tuple[dict[str, Lead], dict[str, Row]]:
    leads: dict[str, Lead] = {}
    unread: dict[str, Row] = {}
    for row in source.rows:
        try:
            key = value(row, mapping.lead.key)
            known = leads.get(key)
            if known is None:
                leads[key] = _lead(row, mapping)
            elif known.row.cells == row.cells:
                plan.repeated += 1
            else:
                raise BadRow(f"The lead {key} stands on line {known.row.line} with other values.")
        except BadRow as bad:
            plan.bad.append((row, str(bad)))
            unread.setdefault(row.values[mapping.lead.key].strip(), row)
    return leads, unread


def _lead(row: Row, mapping: LeadsMapping) -> Lead:
    columns = mapping.lead
    text = value(row, columns.captured_at)
    at = instant(text, columns.captured_at, mapping.zone, mapping.time_format)
    owner = row.values[columns.owner].strip() if columns.owner else ""
    body = {
        "command": "capture",
        "effective_at": at.isoformat(),
        "title": filled(columns.title, row),
        "source": row.values[columns.source].strip() if columns.source else "",
        "owner_id": owner or columns.default_owner or NOBODY,
    }
    key = filled(mapping.natural_key, row)
    head = {"natural_key": key, "waived_rules": list(mapping.waives)}
    return Lead(row, at, Item(key, head, [Step(body, (row,))]))


def _deals(
    source: Source,
    mapping: LeadsMapping,
    columns: DealColumns,
    plan: Plan,
    leads: dict[str, Lead],
    unread: dict[str, Row],
) -> None:
    seen: dict[str, Row] = {}
    for row in source.rows:
        try:
            key = value(row, columns.key)
            first = seen.get(key)
            if first is None:
                plan.items.append(_deal(row, _lead_of(key, leads, unread), mapping, columns))
                seen[key] = row
            elif first.cells == row.cells:
                plan.repeated += 1
            else:
                raise BadRow(f"The lead {key} was won before, on line {first.line}.")
        except BadRow as bad:
            plan.bad.append((row, str(bad)))


def _lead_of(key: str, leads: dict[str, Lead], unread: dict[str, Row]) -> Lead:
    lead = leads.get(key)
    if lead is not None:
        return lead
    if key in unread:
        raise BadRow(f"Its lead {key} is a bad row too, on line {unread[key].line} of the leads.")
    raise BadRow(f"Its lead {key} is not in the file of leads.")


def _deal(row: Row, lead: Lead, mapping: LeadsMapping, columns: DealColumns) -> Item:
    """Add qualification and conversion to the lead's item; the item of its win."""
    zone, pattern = mapping.zone, mapping.time_format
    won_at = instant(value(row, columns.won_at), columns.won_at, zone, pattern)
    converted_at = won_at
    if columns.converted_at and row.values[columns.converted_at].strip():
        text = value(row, columns.converted_at)
        converted_at = instant(text, columns.converted_at, zone, pattern)
    if not lead.captured_at <= converted_at <= won_at:
        raise BadRow(
            f"It was won at {won_at.isoformat()} and converted at {converted_at.isoformat()}, "
            f"but its lead was captured at {lead.captured_at.isoformat()} "
            f"(line {lead.row.line} of the leads)."
        )
    conversion = _conversion(row, columns)
    if columns.lead_owner and (owner := row.values[columns.lead_owner].strip()):
        lead.item.steps[0].body["owner_id"] = owner
    when = {"effective_at": converted_at.isoformat()}
    criteria = list(columns.criteria)
    lead.item.steps += [
        Step({"command": "qualify", **when, "criteria": criteria}, (row,)),
        Step({"command": "convert", **when, **conversion}, (row,)),
    ]
    win = Step({"step": "WIN", "effective_at": won_at.isoformat()}, (row,))
    head = {"waived_rules": list(mapping.waives)}
    return Item(lead.item.key, head, [win])


def _conversion(row: Row, columns: DealColumns) -> dict[str, Any]:
    owner = row.values[columns.opportunity_owner].strip() if columns.opportunity_owner else ""
    fields = {
        "owner_id": owner or None,
        "name": filled(columns.opportunity_name, row) if columns.opportunity_name else None,
        "stage_model": columns.stage_model,
        "amount": amount_of(row, columns.amount),
    }
    return {name: given for name, given in fields.items() if given is not None}
