"""What a mapping says of a file of events: what each activity means for its opportunity."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from opentas.importing.event_mapping import CaseColumns, EventsMapping, several
from opentas.importing.mapping import Amount, Name, Template, given
from opentas.importing.rows import columns_of


class EventColumns(CaseColumns):
    """With ``owner`` the opportunity belongs to whoever did its latest event."""

    owner: Name | None = None

    @property
    def who(self) -> str | None:
        """The column of the owner."""
        return self.owner


class OpportunitiesMapping(EventsMapping):
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
    lost: dict[Name, Name] = Field(default_factory=dict)
    void: dict[Name, Name] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_meaning(self) -> OpportunitiesMapping:
        listed = [*self.stages, *self.won, *self.lost, *self.void, *self.ignored]
        fault = several(listed)
        if fault is not None:
            raise fault
        return self

    @property
    def meant(self) -> frozenset[str]:
        """The activities that mean something."""
        return frozenset({*self.stages, *self.won, *self.lost, *self.void})

    def key(self, activity: str) -> str:
        """The template of the natural key of a case."""
        return self.natural_key

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
        return given(named) + columns_of(self.title) + columns_of(self.natural_key)
