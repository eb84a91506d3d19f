"""Certificates and sealed documents for the bid (6-4, R-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect

if TYPE_CHECKING:
    from opportunity_service.domain.effects.form import Form


class Documents(Effect):
    """Which, how many copies, what for, and when they are due back."""

    EVENT = events.DocumentsIssued

    def read(self, form: Form) -> Content:
        """``documents``, at least one line; not every document comes back."""
        return {
            "documents": [
                {
                    "document": line.text("document"),
                    "copies": line.whole("copies", at_most=10_000),
                    "purpose": line.text("purpose"),
                    "due_back_on": line.day("due_back", needed=False) or None,
                }
                for line in form.lines("documents")
            ]
        }
