"""Registering what a partner follows (2-2, R-15): exclusive, and only until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requested_approval import RequestedApproval
    from opportunity_service.domain.requirements import Circumstances


@dataclass(frozen=True)
class Registration:
    """A live registration of another opportunity for the same customer and project."""

    registration_id: str
    opportunity_id: str
    partner: str
    expires_at: str


def registered(facts: Facts, at: Moment) -> bool:
    """Whether a registration holds; time alone ends it."""
    until = facts.registered_until
    return until is not None and datetime.fromisoformat(until) > at.instant


def customer_of(facts: Facts, content: Content) -> str:
    """The customer by id where the opportunity has one, else as the form writes it."""
    return facts.customer_id or str(content["customer"])


def claim(facts: Facts, content: Content) -> str:
    """What at most one live registration may hold: the customer and the project."""
    parts = (customer_of(facts, content), content["project"])
    return " / ".join(" ".join(part.casefold().split()) for part in parts)


class ClassERegistration(Effect):
    """A partner, a customer, a project."""

    EVENT = events.ClassERegistered

    def needs(self, it: Opportunity, around: Circumstances, at: Moment) -> list[Missing]:
        """R-15: only for what a partner leads."""
        if it.facts.partner_led:
            return []
        detail = "Only an opportunity that a partner leads is registered."
        return [Missing("R-15", "STATE", "partner_led", detail)]

    def read(self, form: Form) -> Content:
        """``partner``, ``project``, and ``customer`` where the opportunity has none."""
        return {
            "partner": form.text("partner"),
            "customer": form.text("customer", needed=False),
            "project": form.text("project"),
        }

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """A customer, and no other live registration for the same customer and project."""
        if not customer_of(it.facts, content):
            detail = "The opportunity has no customer: form.customer must name one."
            return [Missing("R-15", "FIELD", "form.customer", detail)]
        return [
            Missing(
                "R-15",
                "CONFLICT",
                other.registration_id,
                f"Registration {other.registration_id} of {other.partner} for opportunity "
                f"{other.opportunity_id} holds this customer and project until {other.expires_at}.",
            )
            for other in around.elsewhere.registrations
        ]

    def complete(
        self,
        it: Opportunity,
        content: Content,
        request: RequestedApproval,
        around: Circumstances,
        at: Moment,
    ) -> Content:
        """The claim, when it expires, and the own registration that it renews."""
        days = timedelta(days=around.policies.registration_days)
        return {
            **content,
            "customer_id": it.facts.customer_id,
            "claim": claim(it.facts, content),
            "expires_at": (at.instant + days).isoformat(),
            "renews": it.effects_of(EffectKind.CLASS_E_REGISTRATION),
        }

    def facts(self, facts: Facts, content: Content, around: Circumstances, at: Moment) -> Facts:
        """Registered until then."""
        return facts.changed(registered_until=content["expires_at"])

    def undone(self, facts: Facts, content: Content, around: Circumstances) -> Facts:
        """Not registered, unless a later registration holds."""
        if facts.registered_until != content["expires_at"]:
            return facts
        return facts.changed(registered_until=None)
