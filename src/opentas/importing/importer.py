"""The imports from end to end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opentas.importing.batches import Batches
from opentas.importing.flows import publish
from opentas.importing.sending import Pace, Sender
from opentas.importing.steps import Item
from opentas.importing.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentas.importing.journal import Journal
    from opentas.importing.lead_items import LeadsPlan
    from opentas.importing.steps import Plan
    from opentas.importing.target import Target

LEADS, OPPORTUNITIES = "/v1/leads/batch", "/v1/opportunities/batch"
APPROVALS = "/v1/approvals/batch"


@dataclass
class Run:
    """One run against a target; ``tally`` grows while it goes on."""

    target: Target
    journal: Journal
    pace: Pace
    away_seconds: float
    advance: Callable[[int], None]
    tally: Tally = field(default_factory=Tally)

    async def leads(self, plan: LeadsPlan) -> None:
        """Bring in leads, then the wins of the opportunities that they became."""
        batches = self._batches()
        try:
            await self._check_journal(batches)
            sender = self._sender(batches)
            await sender.send(LEADS, plan.leads.items)
            await sender.send(OPPORTUNITIES, self._wins(plan), waiting=True)
        finally:
            await batches.close()

    async def opportunities(self, plan: Plan) -> None:
        """Bring in the histories of opportunities."""
        batches = self._batches()
        try:
            await self._check_journal(batches)
            await self._sender(batches).send(OPPORTUNITIES, plan.items)
        finally:
            await batches.close()

    async def approvals(self, plan: Plan, definitions: Sequence[dict[str, Any]]) -> None:
        """Bring in the histories of approvals, by flows that are published where they lack."""
        batches = self._batches()
        try:
            for definition in definitions:
                await publish(batches, definition)
            await self._check_journal(batches)
            await self._sender(batches).send(APPROVALS, plan.items)
        finally:
            await batches.close()

    def _batches(self) -> Batches:
        return Batches(self.target, self.pace.in_flight, self.away_seconds)

    def _sender(self, batches: Batches) -> Sender:
        return Sender(batches, self.journal, self.tally, self.pace, self.advance)

    def _wins(self, plan: LeadsPlan) -> list[Item]:
        """The wins whose lead was converted; the deals of the others are refused with it."""
        wins = []
        for win in plan.deals.items:
            [row] = win.rows
            if row in self.tally.refused:
                continue
            opportunity = self.tally.opportunities.get(win.key)
            if opportunity is None:
                self.tally.refuse([row], "Its lead did not become an opportunity.")
            else:
                wins.append(Item(win.key, {**win.head, "opportunity_id": opportunity}, win.steps))
        return wins

    async def _check_journal(self, batches: Batches) -> None:
        """Distrust a journal of a target that has lost what it confirmed."""
        if not self.journal.entries:
            return
        key, (id, _) = next(reversed(self.journal.entries.items()))
        collection = key.split(" ")[0].removesuffix("/batch")
        if not await batches.exists(f"{collection}/{id}"):
            self.journal.forget()
