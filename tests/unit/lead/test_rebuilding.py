"""A lead is rebuilt from what was stored, whatever the rules have become since."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from lead_service.domain.contact import Contact
from lead_service.domain.customer import Customer
from lead_service.domain.lead import Lead
from lead_service.domain.states import LEGAL_IN, LeadStatus
from lead_service.domain.verification import VerificationStatus
from opentas_shared.persistence.mapping import MAPPER
from tests.unit.lead.leads import CREATION, POLICY

OLDEST = json.loads(Path(__file__).with_name("oldest_events.json").read_text("utf-8"))
ID = UUID("0198c5c2-6b1e-7cc0-b3a5-3f2f6f0e7a51")


def rebuilt(name: str) -> object:
    aggregate = None
    for version, (topic, state) in enumerate(OLDEST[name], 1):
        stored = StoredEvent(ID, version, topic, json.dumps(state).encode())
        aggregate = MAPPER.to_domain_event(stored).mutate(aggregate)
    return aggregate


def test_a_converted_lead_with_every_rule_tightened(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    tightened = replace(CREATION, criteria=(*CREATION.criteria, "BOARD_AGREES"))
    for command in list(LEGAL_IN):
        monkeypatch.setitem(LEGAL_IN, command, frozenset())
    lead = rebuilt("converted")
    assert isinstance(lead, Lead)
    assert (lead.status, lead.version) == (LeadStatus.CONVERTED, 6)
    assert (lead.owner_id, lead.classification) == ("chen.jing", "GENERAL_HOT")
    assert lead.facts.title == "MES for two plants"
    assert tightened.missing(lead.criteria)
    assert POLICY.against("IMPORTANT", lead.facts, lead.modified_on)


def test_a_discarded_lead() -> None:
    lead = rebuilt("discarded")
    assert isinstance(lead, Lead)
    assert lead.status is LeadStatus.DISCARDED
    assert lead.origin.source == ""


def test_a_lead_converted_by_approval() -> None:
    lead = rebuilt("approved")
    assert isinstance(lead, Lead)
    assert (lead.status, lead.owner_id) == (LeadStatus.CONVERTED, "chen.jing")
    assert [known.status for known in lead.approvals.known.values()] == ["REJECTED", "REVERSED"]


def test_a_customer_that_was_verified_and_changed_by_approval() -> None:
    customer = rebuilt("verified")
    assert isinstance(customer, Customer)
    assert customer.facts.name == "Huaxin Machinery"
    assert customer.verification is VerificationStatus.UNVERIFIED
    assert [known.status for known in customer.approvals.known.values()] == [
        "REJECTED",
        "REVERSED",
        "APPROVED",
    ]


def test_customers_and_contacts() -> None:
    customer = rebuilt("customer")
    assert isinstance(customer, Customer)
    assert (customer.facts.name, customer.owner_id) == ("Huaxin Machinery", "wu.hao")
    contact = rebuilt("contact")
    assert isinstance(contact, Contact)
    assert contact.facts.role == "DECISION_MAKER"
