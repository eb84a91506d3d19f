"""One thing that is missing before something may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentas_shared.domain.errors import RequirementsMissing, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable

FORM = "form."
CODES = {"CONFLICT": "CONFLICT", "LIMIT": "LIMIT_EXCEEDED"}


@dataclass(frozen=True)
class Missing:
    """One unmet requirement and its rule.

    ``kind`` is FIELD, APPROVAL, ANSWER, OWNER, STAGE or STATE for what is not there, LIMIT for
    too much, CONFLICT for what is taken; ``name`` is the field, flow or thing it is about.
    """

    rule: str
    kind: str
    name: str
    detail: str

    def violation(self) -> Violation:
        """The entry of the problem document."""
        code = CODES.get(self.kind, f"{self.kind}_REQUIRED")
        return Violation(code, self.detail, pointer=self._pointer, rule=self.rule)

    @property
    def _pointer(self) -> str | None:
        """``form.slots[0].from`` -> ``/form/slots/0/from``; nothing for what is no field."""
        if not self.name.startswith(FORM):
            return None
        return "/" + self.name.replace("[", ".").replace("]", "").replace(".", "/")

    def as_dict(self) -> dict[str, str]:
        """The machine-readable form for ``missing`` and for allowed commands."""
        return {"rule": self.rule, "kind": self.kind, "name": self.name, "detail": self.detail}


def refuse(what: str, missing: Iterable[Missing], waived: frozenset[str]) -> None:
    """Raise ``RequirementsMissing`` (422) with everything missing that is not waived."""
    left = [item for item in missing if item.rule not in waived]
    if left:
        raise RequirementsMissing(
            f"{what} needs: " + " ".join(item.detail for item in left),
            violations=[item.violation() for item in left],
            missing=[item.as_dict() for item in left],
        )
