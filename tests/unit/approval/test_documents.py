"""Documents from outside: whatever they are, they are read or refused."""

from __future__ import annotations

import pytest
import yaml

from approval_service.configuration.documents import read_document
from approval_service.configuration.organisation_file import parse
from approval_service.configuration.reading import read_definition
from approval_service.domain.flows.errors import DefinitionInvalid
from approval_service.domain.organisation.errors import OrganisationInvalid


def test_json_and_yaml_are_read() -> None:
    assert read_document(b'{"a": [1, "\\ud83d\\ude00"]}') == {"a": [1, "\N{GRINNING FACE}"]}
    assert read_document("a: [1, 中文]") == {"a": [1, "中文"]}


ENDLESS = [
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"\n".join(b" " * depth + b"a:" for depth in range(3_000)),
    b"a: &a [*a]",
    b"a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_a_document_without_measure_is_refused_and_ends_nothing(text: bytes) -> None:
    with pytest.raises(yaml.YAMLError):
        read_document(text)
    with pytest.raises(DefinitionInvalid):
        read_definition(text)
    with pytest.raises(OrganisationInvalid):
        parse(text)
