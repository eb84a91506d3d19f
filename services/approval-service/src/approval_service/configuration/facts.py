"""The facts of subjects that conditions of flow definitions may use."""

from __future__ import annotations

from typing import Any

FACTS: dict[str, dict[str, Any]] = {
    "document": {},
    "opportunity": {
        "base_amount_minor": 100_000_00,
        "amount_grade": "C",
        "strategic_grade": "STANDARD",
        "probability_grade": "MEDIUM",
        "tas_class": "C",
        "win_probability": 50,
        "stage_model": "SM-TAS",
        "stage": "INITIATE_OPPORTUNITY",
        "owner_id": "chen.jing",
        "source": "WEBSITE",
        "partner_led": False,
        "tas_class_override": "B",
        "initiated_at": "2026-01-05T09:00:00+00:00",
        "registered_until": "2026-07-05T09:00:00+00:00",
        "bid_allowed_at": "2026-03-05T09:00:00+00:00",
        "scope_approved_at": "2026-04-05T09:00:00+00:00",
        "scope_digest": "e3b0c44298fc1c14",
        "presales_half_hours": 80,
        "requested_people": 2,
        "requested_hours": 40,
        "booked_half_hours": 16,
        "reported_half_hours": 16,
    },
    "lead": {
        "source": "WEBSITE",
        "classification": "GENERAL_HOT",
        "scale": "LARGE",
        "customer_importance": "IMPORTANT",
        "solution_fit": "HIGH",
        "owner_id": "chen.jing",
        "new_owner_id": "chen.jing",
        "customer_verification": "VERIFIED",
        "base_amount_minor": 100_000_00,
        "win_probability": 50,
        "strategic_grade": "STANDARD",
        "stage_model": "SM-TAS",
    },
    "customer": {
        "name": "Huaxin Machinery",
        "industry": "MACHINERY",
        "region": "EAST",
        "registration_no": "91320594MA1K4R2D0A",
        "legal_address": "1 Xinghu Street, Suzhou",
        "owner_id": "chen.jing",
        "verification_status": "VERIFIED",
        "changed_fields": ["name"],
        "owner_roles": ["data_steward"],
    },
}
"""The facts that conditions may use, by subject, each with a sample."""
