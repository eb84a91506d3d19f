"""Facts that decide what expressions can give: the values at which their answers change.

For a fact with finitely many values these are all of them, for an integer the constants of the
expressions and their neighbours, for a text the constants and what comes just after each; null
always. Where that would not be enough (arithmetic, functions of texts, facts compared with each
other) nothing is said, so that no right definition is refused.
"""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from approval_service.configuration.conditions import FORM, functions, variables
from approval_service.configuration.facts import FACTS

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

LIMIT = 2_000
"""How many samples are tried at most; with more, nothing is said about the expressions."""
DECIDABLE = frozenset(
    {"!_", "_&&_", "_||_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "-_"}
)
ABSENT = object()
_TEXT = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_INTEGER = re.compile(r"(?<![\w.])-?\d+(?![\w.])")
_FIELD = re.compile(r"\bform\.([A-Za-z_]\w*)")
_FACT = r"(?!true\b|false\b|null\b)[A-Za-z_][\w.]*"
_TWO_FACTS = re.compile(rf"{_FACT}\s*(?:[<>]=?|[=!]=)\s*{_FACT}")
_DEEP_IN_FORM = re.compile(r"\bform\b(?!\.)|\bform\.\w+\s*[.\[]|\bin\s+form\b")


def samples(expressions: Iterable[str], subject: str) -> list[dict[str, Any]] | None:
    """Facts for every case that these expressions can tell apart; none when nobody can say."""
    together = list(expressions)
    if not all(map(_decidable, together)):
        return None
    texts, integers = _constants(together)
    names = sorted(frozenset().union(*map(variables, together)) - {FORM})
    if 2 ** len(texts) > LIMIT:
        return None
    fields = sorted({field for one in together for field in _FIELD.findall(one)})
    axes = [_values(name, FACTS[subject][name], texts, integers) for name in names]
    between = [number + 0.5 for number in integers]
    axes += [[ABSENT, None, True, False, *_around(texts), *integers, *between] for _ in fields]
    total = 1
    for axis in axes:
        total *= len(axis)
    return list(_combined(names, fields, axes, subject)) if total <= LIMIT else None


def _decidable(expression: str) -> bool:
    outside = _TEXT.sub("''", expression)
    compared = _TWO_FACTS.search(outside) or _DEEP_IN_FORM.search(outside)
    return functions(expression) <= DECIDABLE and compared is None and "\\" not in expression


def _combined(
    names: list[str], fields: list[str], axes: list[list[Any]], subject: str
) -> Iterator[dict[str, Any]]:
    for values in product(*axes):
        filled = zip(fields, values[len(names) :], strict=True)
        form = {field: value for field, value in filled if value is not ABSENT}
        known = dict(zip(names, values, strict=False))
        yield {**dict.fromkeys(FACTS[subject]), **known, FORM: form}


def _values(name: str, sample: Any, texts: list[str], integers: list[int]) -> list[Any]:
    if name in VALUES:
        return [None, *VALUES[name]]
    match sample:
        case bool():
            return [None, True, False]
        case int():
            return [None, *integers]
        case list():
            sizes = range(len(texts) + 1)
            return [None, *(list(some) for size in sizes for some in combinations(texts, size))]
    return [None, *_around(texts)]


def _around(texts: list[str]) -> list[str]:
    """The texts, one before all of them, and one right after each."""
    return sorted({"", "another text", *texts, *(f"{text} " for text in texts)})


def _constants(expressions: list[str]) -> tuple[list[str], list[int]]:
    """The texts, and the integers with their neighbours, so that every boundary is met."""
    texts: set[str] = set()
    integers = {-1, 0, 1}
    for expression in expressions:
        texts.update(single or double for single, double in _TEXT.findall(expression))
        for found in _INTEGER.findall(_TEXT.sub("", expression)):
            integers.update(range(int(found) - 1, int(found) + 2))
    return sorted(texts), sorted(integers)
