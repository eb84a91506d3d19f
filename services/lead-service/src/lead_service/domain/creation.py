"""What a lead must meet to become an opportunity: R-01 to R-04 (domain.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lead_service.domain.classification import NOT_A_LEAD
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

CREATION_FLOW = "tas_1_1_create_opportunity"


@dataclass(frozen=True)
class CreationPolicy:
    """The configured creation criteria, and those that R-04 relies on."""

    criteria: tuple[str, ...]
    budget: str
    time: str
    solution: str
    low_fits: frozenset[str]
    """Solution fits that are no matching solution."""
    approval_demanded: bool = False
    """Whether a lead is converted by an approved TAS 1-1 only."""
    locked_in_approval: frozenset[str] = frozenset()
    """Commands that are refused while a TAS 1-1 runs, besides the conversion (A35)."""

    def missing(self, criteria: Collection[str]) -> list[Violation]:
        """R-01: the creation criteria that are not met."""
        return [
            Violation("CRITERION_MISSING", f"{code} is not met.", rule="R-01")
            for code in self.criteria
            if code not in criteria
        ]

    def against_conversion(
        self,
        criteria: Collection[str],
        classification: str | None,
        solution_fit: str | None,
        waived: Collection[str] = (),
        *,
        by_hand: bool = False,
    ) -> list[Violation]:
        """Everything that R-01 to R-04 hold against a conversion, waived rules left out.

        ``by_hand``: not by an approved TAS 1-1, which the configuration may demand.
        """
        found = [
            *self.missing(criteria),
            *_against_class(classification),
            *self._against_deal(criteria, solution_fit),
        ]
        if by_hand and self.approval_demanded:
            detail = f"{CREATION_FLOW} must be approved: ask for it by approval-requests."
            found.append(Violation("APPROVAL_REQUIRED", detail, rule="R-01"))
        return [violation for violation in found if violation.rule not in waived]

    def _against_deal(
        self, criteria: Collection[str], solution_fit: str | None
    ) -> Iterator[Violation]:
        needs = (
            ("BUDGET_MISSING", self.budget, "no budget is confirmed"),
            ("TIME_MISSING", self.time, "no time is confirmed"),
            ("SOLUTION_MISSING", self.solution, "no matching solution is confirmed"),
        )
        for code, criterion, why in needs:
            if criterion not in criteria:
                yield Violation(code, f"A conversion needs {criterion}: {why}.", rule="R-04")
        if self.solution in criteria and solution_fit in self.low_fits:
            yield Violation("SOLUTION_MISSING", f"The solution fit is {solution_fit}.", rule="R-04")


def _against_class(classification: str | None) -> Iterator[Violation]:
    if classification is None:
        yield Violation("NOT_CLASSIFIED", "The lead is not classified yet.", rule="R-02")
    if classification == NOT_A_LEAD:
        yield Violation(
            "NOT_A_LEAD", "It is classified NOT_A_LEAD: classify it again first.", rule="R-03"
        )
