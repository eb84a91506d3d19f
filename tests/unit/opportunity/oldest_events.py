"""Events as they were stored when they appeared: golden files that are never changed.

``oldest_events.json`` is of version 0.1, ``effect_events.json`` of the effects of approvals.
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

HERE = Path(__file__).parent
SUBJECT = UUID("01980000-0000-7000-8000-000000000001")


def _stored(file: str) -> list[StoredEvent]:
    events = json.loads((HERE / file).read_text("utf-8"))
    return [
        StoredEvent(SUBJECT, version, event["topic"], json.dumps(event["state"]).encode())
        for version, event in enumerate(events, start=1)
    ]


OLDEST = _stored("oldest_events.json")
EFFECTS = _stored("effect_events.json")
