"""Conditions of flow definitions: CEL over pinned facts, money as integers of minor units.

What the expressions mean is pinned by the table of cases in
``tests/unit/approval/test_conditions.py``. A fact that is not known is null, and every fact of
the subject is always defined; comparing null with ``<`` or ``>`` is an error, not false.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cel

from approval_service.configuration.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_INTEGER = 2**63 - 1

FORM = "form"
"""The name of what the submitter filled in, a map; ``has(form.field)`` asks for a field."""

FUNCTIONS = frozenset({"size", "has", "contains", "startsWith", "endsWith", "matches", "int"})
_POSITION = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)")


class ConditionWrong(ValueError):
    """An expression is no condition; the sentence says where and why."""


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> cel.Program:
    return cel.compile(expression)


def check(expression: str, subject: str) -> None:
    """Raise ``ConditionWrong`` unless the expression is a condition over the subject's facts."""
    result = _tried(expression, subject)
    if result is not None and not isinstance(result, bool):
        raise ConditionWrong(
            f"line 1, column 1: a condition is true or false, this gives {result!r}"
        )


def check_people(expression: str, subject: str) -> None:
    """Raise ``ConditionWrong`` unless the expression names people by the subject's facts."""
    result = _tried(expression, subject)
    if result is not None and not _names(result):
        raise ConditionWrong(
            f"line 1, column 1: an id or a list of ids is needed, this gives {result!r}"
        )


def holds(expression: str, facts: Mapping[str, Any]) -> bool:
    """Whether the condition holds. Raises ``ConditionWrong`` when these facts have no answer."""
    result = _result(expression, facts)
    if not isinstance(result, bool):
        raise ConditionWrong(f"it gives {result!r}, neither true nor false")
    return result


def named(expression: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that the expression names, none for null. ``ConditionWrong`` without an answer."""
    result = _result(expression, facts)
    if result is None:
        return ()
    if not _names(result):
        raise ConditionWrong(f"it gives {result!r}, neither an id nor a list of ids")
    return (result,) if isinstance(result, str) else tuple(result)


def variables(expression: str) -> frozenset[str]:
    """The facts that a right expression uses."""
    return frozenset(_compiled(expression).variables())


def functions(expression: str) -> frozenset[str]:
    """The operators and functions that a right expression uses, as CEL names them."""
    return frozenset(_compiled(expression).functions())


def _result(expression: str, facts: Mapping[str, Any]) -> Any:
    try:
        return _compiled(expression).execute(dict(facts))
    except Exception as error:
        raise ConditionWrong(_first_sentence(error)) from None


def _tried(expression: str, subject: str) -> Any:
    """What the expression gives for the sample; null when only a form could tell."""
    try:
        program = _compiled(expression)
    except ValueError as error:
        raise ConditionWrong(_at(error)) from None
    samples = FACTS[subject]
    unknown = sorted(set(program.variables()) - set(samples) - {FORM})
    if unknown:
        place = _place(expression, unknown[0])
        article = "an" if subject[0] in "aeiou" else "a"
        raise ConditionWrong(
            f"{place}: {unknown[0]} is no fact of {article} {subject}; there are "
            f"{', '.join(sorted(samples))} and {FORM}"
        )
    foreign = [name for name in program.functions() if name[0].isalpha() and name not in FUNCTIONS]
    if foreign:
        raise ConditionWrong(f"{_place(expression, foreign[0])}: there is no function {foreign[0]}")
    try:
        return program.execute({**samples, FORM: {}})
    except KeyError:
        return None
    except Exception as error:
        raise ConditionWrong(f"line 1, column 1: {_first_sentence(error)}") from None


def _names(result: Any) -> bool:
    ids = result if isinstance(result, list) else [result]
    return all(isinstance(id, str) for id in ids)


def pinned(subject: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a subject as conditions see them: all defined, what is not known is null.

    Raises ``ConditionWrong`` for an integer that CEL cannot hold (64 bits).
    """
    facts = {name: known.get(name) for name in FACTS[subject]}
    for name, value in facts.items():
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            raise ConditionWrong(f"{name} is too large for a condition: {value}")
    return facts


def _at(error: ValueError) -> str:
    found = _POSITION.search(str(error))
    if found is None:
        return _first_sentence(error)
    line, column, message = found.groups()
    return f"line {line}, column {column}: {message}"


def _place(expression: str, name: str) -> str:
    found = re.search(rf"\b{re.escape(name)}\b", expression)
    before = expression[: found.start()] if found else ""
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _first_sentence(error: Exception) -> str:
    return str(error).split(". ")[0].rstrip(".")
