"""What is known of a customer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CustomerFacts:
    """``registration_no`` is its number in the company register (统一社会信用代码), where
    ``legal_address`` stands too; ``address`` is where it is visited.
    """

    name: str
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    industry: str | None = None
    region: str | None = None
    address: str | None = None
    registration_no: str | None = None
    legal_address: str | None = None
