"""What other services publish and lead-service listens to: the organisation directory."""

from __future__ import annotations

from opentas_shared.organisation import directory

REACTIONS = directory.REACTIONS
