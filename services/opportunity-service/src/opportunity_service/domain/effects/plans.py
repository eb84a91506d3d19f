"""Plans that are approved version by version (3-1, 3-2, 6-1, 6-2), and the contract's scope (7-1).

A version is the number of its request, so that one that was refused is never mistaken for the
one that was approved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.milestones import Milestone

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requested_approval import RequestedApproval
    from opportunity_service.domain.requirements import Circumstances


class Plan(Effect):
    """A text, or references to files, or both."""

    EVENT: ClassVar[type[events.EffectTaken]] = events.PlanApproved

    def read(self, form: Form) -> Content:
        """``text`` and ``attachments``; one of them is needed."""
        text = form.text("text", needed=False)
        attachments = form.attachments()
        if not text and not attachments and not form.faults:
            form.fault("text", "a text or an attachment is required")
        return {"text": text, "attachments": attachments}

    def complete(
        self,
        it: Opportunity,
        content: Content,
        request: RequestedApproval,
        around: Circumstances,
        at: Moment,
    ) -> Content:
        """The version."""
        return {**content, "plan": self.kind, "plan_version": request.request_no}


class Scope(Plan, Milestone):
    """R-20: with an approved scope the contract may be signed."""

    EVENT = events.ScopeApproved
    FACT = "scope_approved_at"
