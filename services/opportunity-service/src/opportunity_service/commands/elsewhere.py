"""What a request may collide with at other opportunities, gathered inside the unit of work.

It is read after the lock under which positions are given out, so that of two that collide the
second sees the first, whichever process they came through.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opentas_shared.organisation.references import check_person
from opportunity_service.domain.effects.elsewhere import Elsewhere
from opportunity_service.domain.effects.form import Form
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.effects.registering import Registration, claim
from opportunity_service.domain.effects.slots import Booking, Slot, begin, end
from opportunity_service.domain.effects.table import EFFECTS
from opportunity_service.read_models.presales_bookings import overlapping
from opportunity_service.read_models.registrations import live_with_claim

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances

PEOPLE_IN = {EffectKind.DISPATCH: "slots", EffectKind.HOURS: "entries"}
"""The lists of forms whose lines name people."""


def with_elsewhere(
    opportunity: Opportunity,
    flow: str,
    form: dict[str, Any],
    circumstances: Circumstances,
    work: UnitOfWork,
    at: Moment,
) -> Circumstances:
    """The circumstances with what other opportunities hold of what the form asks for."""
    kind, content = _read(flow, form, circumstances)
    found = Elsewhere()
    if kind == EffectKind.DISPATCH and content["slots"]:
        found = Elsewhere(bookings=_bookings(content["slots"], work))
    elif kind == EffectKind.CLASS_E_REGISTRATION:
        statement = live_with_claim(claim(opportunity.facts, content), opportunity.id, at.instant)
        rows = work.rows.select(statement)
        found = Elsewhere(registrations=tuple(_registration(row) for row in rows))
    return replace(circumstances, elsewhere=found)


def check_people(
    flow: str, form: dict[str, Any], circumstances: Circumstances, work: UnitOfWork
) -> None:
    """Refuse (422) people whom the directory does not know."""
    kind, content = _read(flow, form, circumstances)
    name = PEOPLE_IN.get(EffectKind(kind)) if kind is not None else None
    if name is not None:
        for index, line in enumerate(content[name]):
            check_person(f"form/{name}/{index}/person_id", line["person_id"], work)


def _read(
    flow: str, form: dict[str, Any], circumstances: Circumstances
) -> tuple[str | None, dict[str, Any]]:
    policy = circumstances.policies.flows.get(flow)
    if policy is None or policy.effect is None:
        return None, {}
    return policy.effect, EFFECTS[policy.effect].read(Form(form))


def _bookings(slots: list[Slot], work: UnitOfWork) -> tuple[Booking, ...]:
    people = {slot["person_id"] for slot in slots}
    first, last = min(map(begin, slots)), max(map(end, slots))
    return tuple(
        Booking(
            booking_id=str(row["id"]),
            opportunity_id=str(row["opportunity_id"]),
            person_id=row["person_id"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
        )
        for row in work.rows.select(overlapping(people, first, last))
    )


def _registration(row: Any) -> Registration:
    return Registration(
        registration_id=str(row["id"]),
        opportunity_id=str(row["opportunity_id"]),
        partner=row["partner"],
        expires_at=row["expires_at"].isoformat(),
    )
