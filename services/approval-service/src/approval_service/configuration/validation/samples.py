"""Facts that decide what expressions can give: the values at which their answers change.

For a fact with finitely many values these are all of them, for an integer the constants of the
expressions and their neighbours, for a text the constants and another text; null always.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from approval_service.configuration.conditions import FACTS, FORM, variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VALUES: dict[str, tuple[str, ...]] = {
    "amount_grade": ("A", "B", "C"),
    "strategic_grade": ("STRATEGIC", "KEY", "STANDARD"),
    "probability_grade": ("HIGH", "MEDIUM", "LOW"),
    "tas_class": ("A", "B", "C", "D", "E"),
    "classification": (
        "COMPANY_MAJOR",
        "IMPORTANT",
        "GENERAL_HOT",
        "GENERAL_WARM",
        "GENERAL_COLD",
        "GENERAL_DORMANT",
        "NOT_A_LEAD",
    ),
}
"""The facts that have these values only (domain.md §2.4, §4); stages are configuration."""

LIMIT = 20_000
"""How many samples are tried at most; with more, nothing is said about the expressions."""

ABSENT = object()
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_INTEGER = re.compile(r"(?<![\w.'\"])-?\d+(?![\w.])")
_FIELD = re.compile(r"\bform\.([A-Za-z_]\w*)")


def samples(expressions: Iterable[str], subject: str) -> list[dict[str, Any]] | None:
    """Facts for every case that these expressions can tell apart; none when too many."""
    together = list(expressions)
    constants = _constants(together)
    names = sorted(frozenset().union(*map(variables, together)) - {FORM})
    fields = sorted({field for one in together for field in _FIELD.findall(one)})
    axes = [_values(name, FACTS[subject][name], constants) for name in names]
    axes += [[ABSENT, *constants, True, False] for _ in fields]
    total = 1
    for axis in axes:
        total *= len(axis)
    return list(_combined(names, fields, axes, subject)) if total <= LIMIT else None


def _combined(
    names: list[str], fields: list[str], axes: list[list[Any]], subject: str
) -> Iterator[dict[str, Any]]:
    for values in product(*axes):
        filled = zip(fields, values[len(names) :], strict=True)
        form = {field: value for field, value in filled if value is not ABSENT}
        known = dict(zip(names, values, strict=False))
        yield {**dict.fromkeys(FACTS[subject]), **known, FORM: form}


def _values(name: str, sample: Any, constants: list[Any]) -> list[Any]:
    if name in VALUES:
        return [None, *VALUES[name]]
    texts = [one for one in constants if isinstance(one, str)]
    match sample:
        case bool():
            return [None, True, False]
        case int():
            return [None, *(one for one in constants if isinstance(one, int))]
        case list():
            return [None, [], texts, *([text] for text in texts)]
    return [None, *texts, "another text"]


def _constants(expressions: list[str]) -> list[Any]:
    """The texts, and the integers with their neighbours, so that every boundary is met."""
    texts: set[str] = set()
    integers = {0}
    for expression in expressions:
        texts.update(single or double for single, double in _TEXT.findall(expression))
        for found in _INTEGER.findall(_TEXT.sub("", expression)):
            integers.update(range(int(found) - 1, int(found) + 2))
    return [*sorted(texts), *sorted(integers)]
