"""The three hidden-line questions (domain.md §3); the first two gate TAS 2-1 (R-11)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Question(StrEnum):
    """What a team asks itself about an opportunity."""

    IS_IT_AN_OPPORTUNITY = "is_it_an_opportunity"
    ARE_WE_COMPETITIVE = "are_we_competitive"
    CAN_WE_WIN = "can_we_win"


Answers = dict[str, dict[str, Any]]
"""Question -> ``{"answer": true|false|null, "note": text}``."""


def answered_yes(answers: Answers, question: str) -> bool:
    """Whether the question was answered, and with yes."""
    return answers.get(question, {}).get("answer") is True
