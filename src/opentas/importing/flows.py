"""The flows by which imported approvals ran, published where the target does not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from opentas.importing.batches import detail
from opentas.importing.problems import Unusable

if TYPE_CHECKING:
    from opentas.importing.batches import Batches


async def publish(batches: Batches, definition: dict[str, Any]) -> None:
    """Put the definition in force, if the flow has none; ``Unusable`` says why it cannot be."""
    flow = definition["flow"]
    if await batches.exists(f"/v1/flow-definitions/{flow}"):
        return
    drafts = f"/v1/flows/{flow}/drafts"
    draft = _made(await batches.ask("POST", drafts, definition), flow)
    publication = f"{drafts}/{draft['draft_id']}/publication"
    _made(await batches.ask("POST", publication, version=draft["version"]), flow)


def _made(response: httpx.Response, flow: str) -> dict[str, Any]:
    if response.is_success:
        return dict(response.json())
    raise Unusable(f"The flow {flow} cannot be published: {detail(response)}")
