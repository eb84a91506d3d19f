"""What a mapping says of a file of leads and one of the deals won from them."""

from __future__ import annotations

from typing import Literal

from opentas.importing.mapping import Amount, Mapping, Name, Part, Template, given
from opentas.importing.rows import columns_of


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
        return given(named) + columns_of(lead.title) + columns_of(self.natural_key)

    @property
    def deal_columns(self) -> list[str]:
        """The columns that the file of deals must have."""
        deal = self.deal
        if deal is None:
            return []
        named = [deal.key, deal.won_at, deal.converted_at, deal.lead_owner, deal.opportunity_owner]
        named.append(deal.amount.column if deal.amount else None)
        return given(named) + columns_of(deal.opportunity_name or "")
