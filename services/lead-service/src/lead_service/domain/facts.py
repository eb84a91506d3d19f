"""What is known of a lead, and what a correction changes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]


F = TypeVar("F", bound=_Dataclass)


@dataclass(frozen=True)
class LeadOrigin:
    """Where a lead came from. It is fixed at capture, so that attribution survives (C11).

    ``source`` is a code of the configured lead sources; ``""`` is a blank source, a value of its
    own apart from a source named ``unknown`` (domain.md §14.16). ``natural_key`` is the id of the
    lead in another system.
    """

    source: str = ""
    generation_mode: str | None = None
    natural_key: str | None = None


@dataclass(frozen=True)
class LeadFacts:
    """What screening finds out about a lead: who it is and the four dimensions of §2.4."""

    title: str
    description: str | None = None
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    scale: str | None = None
    customer_importance: str | None = None
    expected_start: date | None = None
    solution_fit: str | None = None


def primitive(value: Any) -> Any:
    """A fact as an event keeps it: ids and dates as ISO text."""
    return str(value) if isinstance(value, (UUID, date)) else value


def primitives(facts: Any) -> dict[str, Any]:
    """The fields of a dataclass of facts as an event keeps them."""
    return {name: primitive(value) for name, value in vars(facts).items()}


_PARSED: dict[str, Callable[[str], Any]] = {
    "customer_id": UUID,
    "contact_id": UUID,
    "expected_start": date.fromisoformat,
}


def restored(shape: type[F], kept: Mapping[str, Any]) -> F:
    """A dataclass of facts from what an event kept; what an old event lacks is None."""
    values = {name: kept.get(name) for name in shape.__dataclass_fields__}
    for name, parse in _PARSED.items():
        value = values.get(name)
        if isinstance(value, str):
            values[name] = parse(value)
    return shape(**values)


def differences(
    current: Mapping[str, Any], wanted: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``wanted`` changes of ``current``: the new values, and those before them (C30)."""
    changes = {
        name: primitive(value)
        for name, value in wanted.items()
        if current[name] != primitive(value)
    }
    return changes, {name: current[name] for name in changes}
