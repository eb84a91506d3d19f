"""The core fields of a customer: who owns each, and when it can be changed directly (R-21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.domain.approval_errors import FormInvalid, NoCoreField
from opentas_shared.domain.errors import RequirementsMissing, Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lead_service.domain.verification import VerificationStatus

CORE_CHANGE_FLOW = "tas_1_3_customer_core_info_change"
LONGEST = 500


@dataclass(frozen=True)
class CorePolicy:
    """``owners`` maps each core field to the role that owns it.

    ``required`` ones must be known before they can be assessed; ``open_in`` are the states in
    which they can be changed without TAS 1-3.
    """

    owners: Mapping[str, str]
    required: tuple[str, ...]
    open_in: frozenset[str]

    def owner_roles(self, fields: Collection[str]) -> list[str]:
        """The roles that own these fields."""
        return sorted({self.owners[field] for field in fields})

    def ensure_open(self, fields: Collection[str], status: VerificationStatus) -> None:
        """R-21: refuse (422) a direct change of core fields, field by field."""
        locked = [] if status in self.open_in else sorted(self.owners.keys() & set(fields))
        if locked:
            raise RequirementsMissing(
                f"The core information of this customer is {status}: {', '.join(locked)} can "
                f"only be changed by {CORE_CHANGE_FLOW}; ask for it by approval-requests.",
                violations=[
                    Violation(
                        "APPROVAL_REQUIRED",
                        f"{name} is a core field, owned by {self.owners[name]}.",
                        pointer=f"/{name}",
                        rule="R-21",
                    )
                    for name in locked
                ],
            )

    def ensure_assessable(self, known: Mapping[str, Any]) -> None:
        """R-22: refuse (422) an assessment of fields that are not known yet."""
        missing = [name for name in self.required if not known[name]]
        if missing:
            raise RequirementsMissing(
                f"Before the core information can be assessed, fill in {', '.join(missing)}.",
                violations=[
                    Violation("FIELD_REQUIRED", f"{name} is not known yet.", rule="R-22")
                    for name in missing
                ],
            )

    def ensure_proposable(self, changes: Mapping[str, Any]) -> None:
        """Refuse (422) a proposal with other fields, or with values that no field can have."""
        foreign = changes.keys() - self.owners.keys()
        if foreign:
            raise NoCoreField(list(foreign), sorted(self.owners))
        for name, value in changes.items():
            needed = name in self.required or name == "name"
            if value is None and not needed:
                continue
            if not isinstance(value, str) or not value.strip() or "\0" in value:
                raise FormInvalid(f"changes/{name}", "a text is needed")
            if len(value) > LONGEST:
                raise FormInvalid(f"changes/{name}", f"at most {LONGEST} characters")
