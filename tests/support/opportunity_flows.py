"""The flows of opportunities, and for each a form that is good enough."""

from __future__ import annotations

from typing import Any

FLOW_2_1 = "tas_2_1_opportunity_initiation"
FLOW_2_2 = "tas_2_2_class_e_registration"
FLOW_2_3 = "tas_2_3_presales_resource_request"
FLOW_2_4 = "tas_2_4_opportunity_upgrade"
FLOW_2_5 = "tas_2_5_presales_resource_dispatch"
FLOW_2_6 = "tas_2_6_timesheet_entry_review"
FLOW_3_1 = "tas_3_1_technical_guidance_review"
FLOW_3_2 = "tas_3_2_business_relations_review"
FLOW_4_1 = "tas_4_1_presales_test_request"
FLOW_6_1 = "tas_6_1_technical_proposal_review"
FLOW_6_2 = "tas_6_2_commercial_review"
FLOW_6_3 = "tas_6_3_bid_approval"
FLOW_6_4 = "tas_6_4_bid_document_request"
FLOW_7_1 = "tas_7_1_contract_scope_review"
PERIOD = {"from": "2026-12-01", "until": "2026-12-31"}
FORMS: dict[str, dict[str, Any]] = {
    FLOW_2_2: {"partner": "Huadong Systems", "customer": "Suzhou Steel", "project": "MES"},
    FLOW_2_3: {"resources": [{"role": "consultant", "quantity": 2, "hours": 40, **PERIOD}]},
    FLOW_2_4: {"strategic_grade": "KEY", "demonstration_value": "The first of its industry"},
    FLOW_3_1: {"text": "Show the reference plant"},
    FLOW_3_2: {"text": "Meet the plant director"},
    FLOW_4_1: {"resources": [{"name": "MES lab", "quantity": 1, "hours": 16, **PERIOD}]},
    FLOW_6_1: {"text": "Technical proposal"},
    FLOW_6_2: {"text": "Quotation and workload"},
    FLOW_6_4: {"documents": [{"document": "ISO 9001", "copies": 2, "purpose": "Bid"}]},
    FLOW_7_1: {"text": "Statement of work"},
}
"""Flows that are not here want nothing of their form."""
