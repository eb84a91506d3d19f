"""The words of the printed record, in Chinese and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from approval_service.configuration.files import Entry, Labels
from opentas_shared.runtime.configuration import read_file

Language = Literal["zh", "en"]


class RecordLabels(Entry):
    """``record_labels.yaml``: headings, codes and facts."""

    words: dict[str, Labels]
    codes: dict[str, Labels]
    facts: dict[str, Labels]


@cache
def record_labels() -> RecordLabels:
    """The shipped labels."""
    return read_file(Path(__file__).with_name("record_labels.yaml"), RecordLabels)


def word(name: str, language: Language) -> str:
    """A heading."""
    return str(getattr(record_labels().words[name], language))


def code(value: str | None, language: Language) -> str:
    """What a state or a reason code says; itself when it has no label."""
    known = record_labels().codes.get(value or "")
    return str(getattr(known, language)) if known is not None else value or ""


def fact_titles(name: str) -> dict[str, str]:
    """The titles of a fact."""
    known = record_labels().facts.get(name)
    if known is None:
        return {"title": name, "title_zh": name}
    return {"title": known.en, "title_zh": known.zh}
