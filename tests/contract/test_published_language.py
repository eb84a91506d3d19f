"""What was published once can be read for ever, and what is written fits its schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from opentas.docs.schemas import FOLDER as SCHEMAS
from opentas.docs.schemas import schemas
from opentas.services import services
from opentas_shared.contracts.contract import contracts
from tests.contract.golden import FOLDER, missing

if TYPE_CHECKING:
    from pathlib import Path

services()
TYPES = sorted(contracts())
SAMPLES = sorted(FOLDER.glob("*.json"))


def kept_schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return found


def test_every_type_has_a_sample() -> None:
    assert missing() == [], "run python -m tests.contract.golden"


def test_the_kept_schemas_are_those_of_the_code() -> None:
    kept = {path.name: path.read_text() for path in SCHEMAS.glob("*.json")}
    assert kept == schemas(), "run make openapi"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_any_release_is_still_read(path: Path) -> None:
    contract = contracts()[path.stem]
    read = contract.model_validate_json(path.read_text())
    written = json.loads(read.model_dump_json())
    for name, value in json.loads(path.read_text()).items():
        assert written[name] == value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_is_written_fits_the_kept_schema(path: Path) -> None:
    contract = contracts()[path.stem]
    written = json.loads(contract.model_validate_json(path.read_text()).model_dump_json())
    jsonschema_rs.validator_for(kept_schema(path.stem)).validate(written)


@pytest.mark.parametrize("name", TYPES)
def test_unknown_members_are_allowed(name: str) -> None:
    schema = kept_schema(name)
    assert schema.get("additionalProperties", True) is True
    sample = json.loads((FOLDER / f"{name}.json").read_text())
    jsonschema_rs.validator_for(schema).validate({**sample, "added_later": 1})
    assert contracts()[name].model_validate({**sample, "added_later": 1}).model_extra == {
        "added_later": 1
    }


@pytest.mark.parametrize("name", TYPES)
def test_no_personal_data_is_published(name: str) -> None:
    fields = set(contracts()[name].model_fields)
    assert not fields & {"phone", "email", "mobile", "contact_name", "person_name", "address"}
