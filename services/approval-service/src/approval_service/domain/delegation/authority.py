"""Who grants or revokes a delegation, and by what right."""

from __future__ import annotations

from dataclasses import dataclass

from approval_service.domain.delegation.errors import DelegationInvalid
from opentas_shared.domain.errors import Forbidden, Violation


@dataclass(frozen=True)
class Authority:
    """The person who acts; administrators may act for others and then say why."""

    person_id: str
    administrator: bool = False
    reason: str = ""

    def check(self, principal_id: str) -> None:
        """``Forbidden`` (403) for others, ``DelegationInvalid`` (422) without their reason."""
        if self.person_id == principal_id:
            return
        if not self.administrator:
            raise Forbidden(
                f"Only {principal_id} or an administrator may decide who represents "
                f"{principal_id}, not {self.person_id}.",
                policy="delegation:principal",
            )
        if not self.reason.strip():
            detail = f"Say in reason why you act on behalf of {principal_id}."
            violation = Violation("MISSING", detail, pointer="/reason")
            raise DelegationInvalid(detail, violations=[violation])
