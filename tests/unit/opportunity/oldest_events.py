"""Events as version 0.1 stored them: a golden file that is added to and never changed."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

FILE = Path(__file__).with_name("oldest_events.json")
SUBJECT = UUID("01980000-0000-7000-8000-000000000001")
OLDEST = [
    StoredEvent(SUBJECT, version, event["topic"], json.dumps(event["state"]).encode())
    for version, event in enumerate(json.loads(FILE.read_text("utf-8")), start=1)
]
