"""A long-term delegation: granted once, revoked at most once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from approval_service.domain.delegation.errors import DelegationConflict, DelegationInvalid
from approval_service.domain.delegation.term import Term, circle, conflict
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import IllegalTransition, Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from uuid import UUID

    from approval_service.domain.delegation.authority import Authority
    from opentas_shared.domain.time import Moment

REVOCATION = "revocation"


class Delegation(Aggregate):
    """From ``from_at`` up to ``until_at`` the deputy is asked in the principal's place."""

    TOPIC: ClassVar[str] = "delegation"

    class Created(CreatedEvent):
        """The delegation was granted, by the principal or by an administrator."""

        TOPIC: ClassVar[str] = "delegation.granted"
        principal_id: str
        deputy_id: str
        from_at: datetime
        until_at: datetime
        flows: list[str]
        reason: str
        granted_by: str

    class Revoked(AggregateEvent):
        """It ended before its time."""

        TOPIC: ClassVar[str] = "delegation.revoked"
        principal_id: str
        deputy_id: str
        from_at: datetime
        until_at: datetime
        flows: list[str]
        reason: str
        revoked_by: str

    @event(Created)
    def __init__(
        self,
        principal_id: str,
        deputy_id: str,
        from_at: datetime,
        until_at: datetime,
        flows: list[str],
        reason: str,
        granted_by: str,
    ) -> None:
        self.term = Term(principal_id, deputy_id, from_at, until_at, frozenset(flows))
        self.revoked = False

    @classmethod
    def grant(
        cls, id: UUID, term: Term, by: Authority, others: Collection[Term], at: Moment
    ) -> Delegation:
        """Grant it; ``others`` are all delegations that are not revoked.

        Raises ``DelegationInvalid`` (422), ``DelegationConflict`` (409), ``Forbidden`` (403).
        """
        by.check(term.principal_id)
        wrong = list(_wrong(term, at))
        if wrong:
            raise DelegationInvalid(wrong[0].detail, violations=wrong)
        other = conflict(term, others)
        if other is not None:
            raise DelegationConflict(
                f"From {other.from_at.isoformat()} to {other.until_at.isoformat()} "
                f"{other.principal_id} is represented by {other.deputy_id} already in flows that "
                "this one covers; revoke that delegation or choose another period or other flows."
            )
        people = circle(term, others)
        if people is not None:
            raise DelegationConflict(
                f"A task would come back to {term.principal_id} ({' > '.join(people)}); "
                "choose a deputy who is there in this period."
            )
        return cls.create(
            cls.Created, id, at, **_facts(term), reason=by.reason, granted_by=by.person_id
        )

    def revoke(self, by: Authority, at: Moment) -> None:
        """End it now; ``IllegalTransition`` (409) once it has ended."""
        self.check_revocation(by, at)
        self.trigger(
            Delegation.Revoked, at, **_facts(self.term), reason=by.reason, revoked_by=by.person_id
        )

    def check_revocation(self, by: Authority, at: Moment) -> None:
        """Refuse what ``revoke`` would refuse."""
        by.check(self.term.principal_id)
        if self.revoked or self.term.until_at <= at.instant:
            raise IllegalTransition(REVOCATION, "REVOKED" if self.revoked else "ENDED")

    @event(Revoked)
    def _revoked(self) -> None:
        self.revoked = True


def _wrong(term: Term, at: Moment) -> Iterator[Violation]:
    if term.deputy_id == term.principal_id:
        yield Violation(
            "SELF", "Nobody represents themselves; name somebody else.", pointer="/deputy_id"
        )
    if term.until_at <= term.from_at:
        detail = "The period ends before it begins; until_at must come after from_at."
        yield Violation("PERIOD_REVERSED", detail, pointer="/until_at")
    elif term.until_at <= at.instant:
        detail = "The period is over already; until_at must lie in the future."
        yield Violation("PERIOD_OVER", detail, pointer="/until_at")


def _facts(term: Term) -> dict[str, Any]:
    return {**vars(term), "flows": sorted(term.flows)}
