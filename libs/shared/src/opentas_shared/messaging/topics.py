"""Names of topics: ``opentas.<service>.<aggregate>.v1``."""

from __future__ import annotations


def source_of(topic: str) -> str:
    """The ``source`` of the events of a topic: ``/opentas/lead-service``."""
    return f"/opentas/{topic.split('.')[1]}"
