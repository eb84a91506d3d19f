"""What every mapping says of its files: their form, their times, the rules they waive."""

from __future__ import annotations

import codecs
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
)

from opentas.importing.rows import Form, columns_of

Name = Annotated[str, StringConstraints(min_length=1)]
Rule = Annotated[str, StringConstraints(pattern=r"^[AR]-\d{2}$")]


def _template(text: str) -> str:
    try:
        columns = columns_of(text)
        text.format_map(dict.fromkeys(columns, "x"))
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise ValueError(f"{text!r} is no text with columns in braces: {error}") from None
    if not columns:
        raise ValueError(f"{text!r} names no column in braces, so it would be equal in every row")
    return text


Template = Annotated[str, StringConstraints(min_length=1), AfterValidator(_template)]
"""Text in which ``{column}`` stands for the value of a column."""


class Part(BaseModel):
    """Base of the parts of a mapping: an unknown field is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Amount(Part):
    """The column of an amount in major units, its currency and the rate to the base currency.

    ``none_for`` lists values that mean that no amount is known.
    """

    column: Name
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: str = Field(default="1", pattern=r"^\d+(\.\d+)?$")
    none_for: tuple[str, ...] = ()


class Mapping(Part):
    """What every mapping has. Times without a zone are read in ``time_zone``.

    ``time_format`` is that of ``strptime``; without it times are ISO 8601. ``waives`` are the
    rules of domain.md §13 (``R-``) and of approvals (``A-``) that the import waives; every event
    that it causes records them.
    ``encoding`` and ``delimiter`` are those of the CSV files, e.g. ``gb18030`` and ``;``.
    """

    name: Name
    encoding: str = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    time_zone: str = "UTC"
    time_format: Name | None = None
    waives: tuple[Rule, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone like Europe/Amsterdam")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, value: str) -> str:
        try:
            codecs.lookup(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding like utf-8 or gb18030") from None
        return value

    @property
    def form(self) -> Form:
        """How the CSV files are written."""
        return Form(self.encoding, self.delimiter)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of times that name none."""
        return ZoneInfo(self.time_zone)


def given(named: list[str | None]) -> list[str]:
    """The columns that are named at all."""
    return [name for name in named if name is not None]
