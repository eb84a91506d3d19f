"""What every family of flows can say: what a request needs, and what its approval changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.events import EffectTaken
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.missing import Missing
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requested_approval import RequestedApproval
    from opportunity_service.domain.requirements import Circumstances

Content = dict[str, Any]
"""What an effect consists of, in primitive form for its event."""


@dataclass(frozen=True)
class Taken:
    """An effect that holds: the kind, and what its event says."""

    kind: str
    content: Content


class Effect:
    """One family of flows. What it does not override it does not need."""

    EVENT: ClassVar[type[EffectTaken]]

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def needs(self, it: Opportunity, around: Circumstances, at: Moment) -> list[Missing]:
        """What the opportunity itself lacks, whatever the form says."""
        return []

    def read(self, form: Form) -> Content:
        """What the form says; what it lacks is in ``form.faults``."""
        return {}

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """What speaks against it, looked at when it is asked for and again when approved."""
        return []

    def figures(self, content: Content) -> dict[str, int]:
        """Sums of the form that conditions of the flow may look at."""
        return {}

    def complete(
        self,
        it: Opportunity,
        content: Content,
        request: RequestedApproval,
        around: Circumstances,
        at: Moment,
    ) -> Content:
        """The content with what only the approval decides."""
        return content

    def facts(self, facts: Facts, content: Content, around: Circumstances, at: Moment) -> Facts:
        """The facts of the opportunity with the effect."""
        return facts

    def undone(self, facts: Facts, content: Content, around: Circumstances) -> Facts:
        """The facts without it again."""
        return facts
