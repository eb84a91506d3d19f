"""What lead-service puts into a request fits the form of the shipped flow."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import approval_service.configuration
from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.customer import Customer
from lead_service.domain.customer_facts import CustomerFacts
from lead_service.domain.facts import LeadFacts
from lead_service.domain.opening import Opening
from lead_service.domain.verification import ASSESSMENT_FLOW
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.money import Money
from tests.unit.lead.leads import CORE, CREATION, at, qualified

FLOWS = Path(approval_service.configuration.__file__).parent / "flows"
BARE = Opening("chen.jing")
WHOLE = Opening(
    owner_id="chen.jing",
    name="MES, first plant",
    customer_id=new_id(),
    contact_id=new_id(),
    stage_model="SM-TAS",
    amount=Money(10_000_00, "USD", "7.25"),
    win_probability=40,
    expected_close_date=date(2027, 3, 31),
    strategic_grade="KEY",
)


def faults(flow: str, form: Any) -> list[str]:
    """What the shipped form has against it."""
    files = [yaml.safe_load(path.read_text("utf-8")) for path in FLOWS.glob("*.yaml")]
    (file,) = [one for one in files if one["flow"] == flow]
    validator = jsonschema_rs.Draft202012Validator(file["form"])
    return [str(fault) for fault in validator.iter_errors(form)]


@pytest.mark.parametrize("opening", [BARE, WHOLE], ids=["bare", "whole"])
def test_tas_1_1(opening: Opening) -> None:
    lead = qualified()
    lead.request_approval(opening, "It is time", "mia", None, CREATION, at(5))
    form = lead.approvals.newest.form
    assert faults(CREATION_FLOW, form) == []
    assert Opening.from_form(form).recorded(LeadFacts("")) == opening.recorded(lead.facts)


def test_tas_1_2_and_1_3() -> None:
    customer = Customer.register(
        new_id(), CustomerFacts("Huaxin", registration_no="1"), "mia", at(2)
    )
    form = {"reason": "New", "evidence": ["https://archive.example/licence.pdf"]}
    customer.request_assessment(form, "mia", CORE, at(3))
    asked = customer.approvals.newest
    assert faults(ASSESSMENT_FLOW, asked.form) == faults(ASSESSMENT_FLOW, {}) == []
    customer.record_result(asked.approval_id, "APPROVED", None, "sun.li", CORE, at(4))
    changes = {"name": "Huaxin Group", "legal_address": "1 Xinghu Street", "industry": None}
    customer.request_core_change(changes, "Merger", "mia", CORE, at(5))
    assert faults(CORE_CHANGE_FLOW, customer.approvals.newest.form) == []
