"""What a mapping says: which columns mean what, and how the rows become commands."""

from __future__ import annotations

import codecs
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from opentas.importing.rows import Form, columns_of

Name = Annotated[str, StringConstraints(min_length=1)]
Rule = Annotated[str, StringConstraints(pattern=r"^R-\d{2}$")]


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
    rules of domain.md §13 that the import waives; every event it causes records them.
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


class LeadColumns(Part):
    """A lead per row. A blank value of ``source`` stays a blank source."""

    key: Name
    captured_at: Name
    source: Name | None = None
    title: Template
    owner: Name | None = None
    default_owner: Name | None = None


class DealColumns(Part):
    """A row per lead that became an opportunity and was won.

    The lead is qualified and converted at ``converted_at``, by default at ``won_at``.
    """

    key: Name
    won_at: Name
    converted_at: Name | None = None
    lead_owner: Name | None = None
    opportunity_owner: Name | None = None
    opportunity_name: Template | None = None
    stage_model: Name | None = None
    criteria: tuple[Name, ...] = ()
    amount: Amount | None = None


class LeadsMapping(Mapping):
    """A file of leads and, optionally, one of the deals won from them."""

    kind: Literal["leads"]
    natural_key: Template
    lead: LeadColumns
    deal: DealColumns | None = None

    @property
    def lead_columns(self) -> list[str]:
        """The columns that the file of leads must have."""
        lead = self.lead
        named = [lead.key, lead.captured_at, lead.source, lead.owner]
        return _given(named) + columns_of(lead.title) + columns_of(self.natural_key)

    @property
    def deal_columns(self) -> list[str]:
        """The columns that the file of deals must have."""
        deal = self.deal
        if deal is None:
            return []
        named = [deal.key, deal.won_at, deal.converted_at, deal.lead_owner, deal.opportunity_owner]
        named.append(deal.amount.column if deal.amount else None)
        return _given(named) + columns_of(deal.opportunity_name or "")


class EventColumns(Part):
    """A row per event of an opportunity; ``event`` is its number, unique within the case.

    Equal times keep the order of the numbers. With ``owner`` the opportunity belongs to whoever
    did its latest event.
    """

    case: Name
    event: Name
    activity: Name
    at: Name
    owner: Name | None = None


class OpportunitiesMapping(Mapping):
    """A file of events: what each activity means for the opportunity of its case.

    ``stages`` lists activities in the order of the stage model; those of its first stage open
    the opportunity. It is won at the last of the events of ``won`` that its case has.
    """

    kind: Literal["opportunities"]
    natural_key: Template
    title: Template
    columns: EventColumns
    stage_model: Name
    default_owner: Name | None = None
    amount: Amount | None = None
    stages: dict[Name, Name] = Field(min_length=1)
    won: tuple[Name, ...] = ()
    lost: dict[Name, Name] = {}
    void: dict[Name, Name] = {}
    ignored: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _one_meaning(self) -> OpportunitiesMapping:
        listed = [*self.stages, *self.won, *self.lost, *self.void, *self.ignored]
        twice = sorted({activity for activity in listed if listed.count(activity) > 1})
        if twice:
            raise ValueError(f"each activity has one meaning, but {', '.join(twice)} has several")
        return self

    @property
    def order(self) -> dict[str, int]:
        """The rank of each stage."""
        return {stage: rank for rank, stage in enumerate(dict.fromkeys(self.stages.values()))}

    @property
    def event_columns(self) -> list[str]:
        """The columns that the file must have."""
        columns = self.columns
        named = [columns.case, columns.event, columns.activity, columns.at, columns.owner]
        named.append(self.amount.column if self.amount else None)
        return _given(named) + columns_of(self.title) + columns_of(self.natural_key)


def _given(named: list[str | None]) -> list[str]:
    return [name for name in named if name is not None]
