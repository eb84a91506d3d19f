"""Which watched facts have moved since they were approved (D4). Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from approval_service.domain.flows.definition import Watched


def moved(
    watched: Iterable[Watched], approved: Mapping[str, Any], present: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Each watched fact that moved further than its tolerance, with both values.

    A fact of which nothing is known at present has not moved.
    """
    return [
        {"fact": one.fact, "approved": approved.get(one.fact), "now": present[one.fact]}
        for one in watched
        if one.fact in present and _differs(approved.get(one.fact), present[one.fact], one.percent)
    ]


def _differs(approved: Any, present: Any, percent: int | None) -> bool:
    if percent is None or not (_is_number(approved) and _is_number(present)):
        return bool(approved != present)
    return bool(abs(present - approved) * 100 > percent * abs(approved))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
