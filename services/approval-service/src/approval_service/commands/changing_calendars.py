"""Register and change working calendars; exactly one of them is the default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.domain.organisation.calendar import Calendar, Plan, calendar_uuid
from approval_service.domain.organisation.errors import CalendarInvalid
from approval_service.read_models.organisation import PLAN, calendars
from opentas_shared.domain.errors import AlreadyExists, Violation
from opentas_shared.organisation.plans import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RegisterCalendar:
    """Add a calendar; the first one becomes the default."""

    calendar_id: str
    plan: Plan
    at: Moment


@dataclass(frozen=True)
class ChangeCalendar:
    """Replace those parts of a calendar that ``changes`` names."""

    calendar_id: str
    changes: Mapping[str, Any]
    at: Moment


def register_calendar(command: RegisterCalendar, work: UnitOfWork) -> None:
    """``AlreadyExists`` (409), ``CalendarInvalid`` (422) with the places of the faults."""
    if work.find(Calendar, calendar_uuid(command.calendar_id)) is not None:
        raise AlreadyExists(f"There is a calendar {command.calendar_id} already; change it.")
    bring({command.calendar_id: command.plan}, work, command.at)


def change_calendar(command: ChangeCalendar, work: UnitOfWork) -> None:
    """``CalendarInvalid`` (422) with the places of the faults."""
    calendar = work.get(Calendar, calendar_uuid(command.calendar_id))
    plan = replace(calendar.plan, **command.changes)
    if calendar.plan.is_default and not plan.is_default:
        detail = "One calendar is the default; set is_default of the other one to true instead."
        raise CalendarInvalid(
            detail, violations=[Violation("DEFAULT_NEEDED", detail, pointer="/is_default")]
        )
    bring({command.calendar_id: plan}, work, command.at)


def bring(wanted: Mapping[str, Plan], work: UnitOfWork, at: Moment, place: str = "") -> None:
    """Register what is new, change what differs. The default stays unless another is marked.

    ``place`` is the JSON pointer of the list of ``wanted``, empty where it is the whole body.
    """
    for index, plan in enumerate(wanted.values()):
        prefix = f"{place}/{index}" if place else ""
        wrong = [
            Violation("WRONG", sentence, pointer=prefix + where)
            for where, sentence in faults(plan.as_fields())
        ]
        if wrong:
            raise CalendarInvalid(wrong[0].detail, violations=wrong)
    known = {row["id"]: _plan(row) for row in work.rows.select(select(calendars))}
    plans = {**known, **wanted}
    marked = [id for id, plan in wanted.items() if plan.is_default]
    default = next(iter(marked or [id for id in known if known[id].is_default] or sorted(plans)))
    for id, plan in plans.items():
        settled = replace(plan, is_default=id == default)
        if id not in known:
            work.save(Calendar.register(id, settled, at))
        elif settled != known[id]:
            calendar = work.get(Calendar, calendar_uuid(id))
            calendar.change(settled, at)
            work.save(calendar)


def _plan(row: Mapping[Any, Any]) -> Plan:
    return Plan(**{name: row[name] for name in PLAN})
