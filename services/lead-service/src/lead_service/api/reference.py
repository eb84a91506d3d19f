"""The configured lists and boundaries, for frontends to draw their forms from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.configuration.configured import configured
from opentas_shared.web.reference import Choice, reference_router

if TYPE_CHECKING:
    from collections.abc import Callable

    from lead_service.configuration.files import Code

LISTS = (
    "lead-sources",
    "generation-modes",
    "lead-statuses",
    "creation-criteria",
    "lead-classifications",
    "scales",
    "customer-importances",
    "solution-fits",
    "discard-reasons",
    "contact-roles",
)


def _choice(code: Code) -> Choice:
    attributes = code.model_dump(mode="json", exclude={"code", "labels"})
    return Choice(
        code=code.code, label=code.labels.en, label_zh=code.labels.zh, attributes=attributes
    )


def _list(name: str) -> Callable[[], list[Choice]]:
    return lambda: [_choice(code) for code in configured().lists[name]]


router = reference_router("lead-service", {name: _list(name) for name in LISTS})


@router.get(
    "/lead-service/v1/reference/classification-boundaries",
    summary="Read the boundaries of the lead classes",
)
def read_classification_boundaries() -> dict[str, Any]:
    """What makes a lead large, its customer important, and how soon is hot (R-05, R-06)."""
    return configured().classification_file.boundaries.model_dump(mode="json")
