"""Contracts: registered once, open, frozen, with a JSON Schema of their own."""

from __future__ import annotations

from typing import ClassVar

import jsonschema_rs
import pytest
from pydantic import ValidationError

from opentas_shared.contracts.contract import Contract, contracts


class Shipped(Contract):
    """Goods were shipped."""

    TYPE: ClassVar[str] = "org.opentas.unit-test.shipped.v1"
    TOPIC: ClassVar[str] = "opentas.unit-test.shipment.v1"
    goods: str
    pieces: int = 1


def test_unknown_fields_are_kept_and_missing_optional_ones_filled() -> None:
    newer = Shipped.model_validate({"goods": "pump", "carrier": "rail"})
    assert newer.pieces == 1
    assert newer.model_dump() == {"goods": "pump", "pieces": 1, "carrier": "rail"}


def test_a_contract_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Shipped(goods="pump").goods = "valve"


def test_the_schema_accepts_its_samples_and_names_itself() -> None:
    schema = Shipped.json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:opentas:schema:org.opentas.unit-test.shipped.v1"
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid({"goods": "pump", "later": True})
    assert not validator.is_valid({"pieces": 2})


def test_a_type_belongs_to_one_class() -> None:
    with pytest.raises(TypeError, match="is the type of Shipped"):
        type("Other", (Contract,), {"TYPE": Shipped.TYPE, "TOPIC": Shipped.TOPIC})


@pytest.mark.parametrize(
    ("type_", "topic"),
    [
        ("org.opentas.lead.qualified", Shipped.TOPIC),
        ("lead.qualified.v1", Shipped.TOPIC),
        ("org.opentas.lead.qualified.v0", Shipped.TOPIC),
        ("org.opentas.unit-test.other.v1", "no topic"),
    ],
)
def test_malformed_names_are_refused(type_: str, topic: str) -> None:
    with pytest.raises(TypeError, match="needs a TYPE and a TOPIC"):
        type("Malformed", (Contract,), {"TYPE": type_, "TOPIC": topic})


def test_the_published_types_are_those_of_the_package() -> None:
    assert "org.opentas.person.registered.v1" in contracts()
    assert Shipped.TYPE not in contracts()
    for name, contract in contracts().items():
        assert name == contract.TYPE
        jsonschema_rs.validator_for(contract.json_schema())
