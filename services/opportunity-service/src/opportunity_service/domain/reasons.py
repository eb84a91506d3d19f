"""Reasons for losing and for voiding come from a configured list (C20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.errors import UnknownReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opportunity_service.domain.stage_model import Reason


def accept(reasons: Sequence[Reason], code: str, text: str) -> None:
    """Raise ``UnknownReason`` (422) for a code off the list, or one that lacks its free text."""
    known = next((reason for reason in reasons if reason.code == code), None)
    if known is None:
        codes = [reason.code for reason in reasons]
        raise UnknownReason(
            f"{code} is no configured reason; choose from {', '.join(codes)}.", reasons=codes
        )
    if known.needs_text and not text.strip():
        raise UnknownReason(f"The reason {code} needs reason_text.", reasons=[code])
