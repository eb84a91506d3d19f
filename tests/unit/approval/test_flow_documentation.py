"""docs/flows.md: its example is a right definition, and it names every fault."""

from __future__ import annotations

import re
from pathlib import Path

import approval_service.configuration.validation as validation
from approval_service.configuration.configured import read
from approval_service.configuration.reading import read_definition
from approval_service.configuration.sources import KEYS
from approval_service.configuration.validation.faults import Known, faults_of_definition
from approval_service.domain.flows import policies

PAGE = (Path(__file__).parents[3] / "docs" / "flows.md").read_text("utf-8")


def test_the_example_is_right() -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    file = read_definition(example[1].encode())
    assert faults_of_definition(file.as_definition(1), Known(read(None).role_codes)) == []


def test_every_fault_has_its_line() -> None:
    sources = Path(str(validation.__file__)).parent.glob("*.py")
    raised = {
        code
        for path in sources
        if path.name != "samples.py"
        for code in re.findall(
            r'(?:fault\(|Fault\([^"]*|, )"([A-Z_]{5,})"', path.read_text("utf-8")
        )
    }
    assert len(raised) > 15
    assert {code for code in raised if f"`{code}`" not in PAGE} == set()


def test_every_source_kind_and_policy_is_described() -> None:
    for name in KEYS:
        assert f"`{{{name}: " in PAGE
    described = (
        policies.Kind,
        policies.Mode,
        policies.SubmitterIsApprover,
        policies.RepeatedApprover,
        policies.FieldAccess,
        policies.TimerAction,
        policies.Clock,
    )
    missing = [str(one) for kind in described for one in kind if f"`{one}`" not in PAGE]
    assert missing == []
