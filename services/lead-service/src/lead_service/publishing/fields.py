"""The fields that contracts take from events as they are."""

from __future__ import annotations

from typing import Any

REQUEST = ("approval_id", "flow", "request_no", "form", "submitter_id")
RESULT = ("approval_id", "flow", "outcome", "in_effect", "reason_code")


def fields(event: Any, *names: str) -> dict[str, Any]:
    """The named fields of an event."""
    return {name: getattr(event, name) for name in names}
