"""Flow files: what they can say, and every fault that is found with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_service.configuration.configured import read
from approval_service.configuration.flow_file import FlowFile
from approval_service.configuration.reading import definition_from
from approval_service.configuration.validation.faults import Known, faults_of_definition
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.errors import DefinitionInvalid
from tests.unit.approval.flow_documents import (
    LABELS,
    branched,
    document,
    entry,
    everything,
    machine,
    way,
)

KNOWN = Known(
    frozenset({"legal", "sales_director", "account_manager"}),
    frozenset({"zhao.min"}),
    frozenset({"legal"}),
)


def found(*nodes: dict[str, Any], **changes: Any) -> list[tuple[str, str]]:
    definition = definition_from(document(*nodes, **changes)).as_definition(1)
    return [(one.code, one.pointer) for one in faults_of_definition(definition, KNOWN)]


def test_everything_that_can_be_said_is_right_and_comes_back_as_it_was() -> None:
    file = definition_from(everything())
    definition = file.as_definition(3)
    assert faults_of_definition(definition, KNOWN) == []
    assert Definition.from_dict(definition.as_dict()) == definition
    assert FlowFile.of(definition).as_json() == everything()


def test_the_shipped_files_come_back_as_they_were() -> None:
    for definition in read(None).definitions:
        again = FlowFile.model_validate(FlowFile.of(definition).as_json())
        assert again.as_definition(definition.version) == definition


@pytest.mark.parametrize(
    ("nodes", "changes", "faults"),
    [
        ([entry(), entry()], {}, [("ID_TWICE", "/nodes/0/id"), ("ID_TWICE", "/nodes/1/id")]),
        ([entry("submitter")], {}, [("ID_RESERVED", "/nodes/0/id")]),
        ([entry(ratio=50)], {}, [("RATIO_MODE", "/nodes/0/ratio")]),
        ([entry(mode="RATIO")], {}, [("RATIO_MODE", "/nodes/0/ratio")]),
        ([entry(mode="RATIO", ratio=0)], {}, [("RATIO_RANGE", "/nodes/0/ratio")]),
        ([entry(mode="RATIO", ratio=101)], {}, [("RATIO_RANGE", "/nodes/0/ratio")]),
        (
            [entry(on_rejection={"back_to": "two"}), entry("two")],
            {},
            [("BACK_TO_UNKNOWN", "/nodes/0/on_rejection")],
        ),
        (
            [machine("zero", "PASS"), entry(on_rejection={"back_to": "zero"})],
            {},
            [("BACK_TO_UNKNOWN", "/nodes/1/on_rejection")],
        ),
        ([entry("zero"), entry(on_rejection={"back_to": "zero"})], {}, []),
        (
            [branched("CHOICE", way("a", entry(), when="partner_led"))],
            {},
            [("DEFAULT_MISSING", "/nodes/0")],
        ),
        (
            [branched("CHOICE", way("a", when="partner_led"), way("b", entry()))],
            {},
            [("BRANCH_EMPTY", "/nodes/0/branches/0/nodes")],
        ),
        ([branched("PARALLEL", way("a", entry()))], {}, [("BRANCH_MISSING", "/nodes/0")]),
        (
            [branched("PARALLEL", way("a", entry(), when="partner_led"), way("b", entry("two")))],
            {},
            [("BRANCH_CONDITION", "/nodes/0/branches/0/when")],
        ),
        (
            [entry(approvers=[{"role": "wizard"}])],
            {},
            [("ROLE_UNKNOWN", "/nodes/0/approvers/0")],
        ),
        ([entry(approvers=[{"user": "x"}])], {}, [("PERSON_UNKNOWN", "/nodes/0/approvers/0")]),
        (
            [entry(approvers=[{"department": "x"}])],
            {},
            [("DEPARTMENT_UNKNOWN", "/nodes/0/approvers/0")],
        ),
        (
            [entry(approvers=[{"head_of": "x"}])],
            {},
            [("DEPARTMENT_UNKNOWN", "/nodes/0/approvers/0")],
        ),
        (
            [entry(empty_approver={"user": "x"})],
            {},
            [("PERSON_UNKNOWN", "/nodes/0/empty_approver/user")],
        ),
        ([entry()], {"submitters": ["wizard"]}, [("ROLE_UNKNOWN", "/submitters/0")]),
        (
            [entry(approvers=[{"approver_choice": True}, {"role": "legal"}])],
            {},
            [("APPROVER_CHOICE_MIXED", "/nodes/0/approvers/0")],
        ),
        ([entry()], {"form": {"type": 5}}, [("FORM_NOT_A_SCHEMA", "/form")]),
        ([entry(fields={"x": "WRITE"})], {}, [("FORM_FIELD_UNKNOWN", "/nodes/0/fields/x")]),
        (
            [entry(approvers=[{"form_field": "x"}])],
            {},
            [("FORM_FIELD_UNKNOWN", "/nodes/0/approvers/0")],
        ),
        ([entry(when="form.x > 5")], {}, [("FORM_FIELD_UNKNOWN", "/nodes/0/when")]),
        ([entry()], {"watched": [{"fact": "x"}]}, [("FACT_UNKNOWN", "/watched/0/fact")]),
        (
            [entry()],
            {"watched": [{"fact": "stage", "percent": 5}]},
            [("PERCENT_OF_NO_NUMBER", "/watched/0/percent")],
        ),
        ([entry(when="amount_grade ==")], {}, [("EXPRESSION_WRONG", "/nodes/0/when")]),
        (
            [entry(approvers=[{"expression": "win_probability"}])],
            {},
            [("EXPRESSION_WRONG", "/nodes/0/approvers/0/expression")],
        ),
        ([entry(approvers=[{"expression": "[owner_id]"}])], {}, []),
    ],
)
def test_a_fault_is_found_at_its_place(
    nodes: list[dict[str, Any]], changes: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    assert found(*nodes, **changes) == faults


@pytest.mark.parametrize(
    "never",
    [
        "false",
        "amount_grade == 'D'",
        "amount_grade == 'A' && amount_grade == 'B'",
        "base_amount_minor > 5 && base_amount_minor < 5",
        "base_amount_minor > 5 && base_amount_minor < 6",
        "partner_led && !partner_led",
        "stage == 'A' && stage == 'B'",
        "win_probability > 50 && !(win_probability >= 50)",
        "source in []",
    ],
)
def test_a_condition_that_never_holds_is_found(never: str) -> None:
    assert found(entry(when=never)) == [("CONDITION_NEVER_HOLDS", "/nodes/0/when")]


@pytest.mark.parametrize(
    "possible",
    [
        "true",
        "amount_grade != 'A' && amount_grade != 'B'",
        "base_amount_minor > 5 && base_amount_minor < 7",
        "base_amount_minor == null",
        "stage == 'ANY_STAGE_OF_ONES_OWN'",
        "source != 'WEBSITE'",
        "source.startsWith('WEB')",
        "win_probability % 7 == 3 && win_probability > 20",
        "base_amount_minor > win_probability && win_probability > 5",
        "source > 'x' && source < 'y'",
        "owner_id != source && source != ''",
        "form.price > 5 && form.price < 6",
        "form.address.city == 'Suzhou'",
        "'a' in form.people && 'b' in form.people",
        "has(form.price)",
    ],
)
def test_a_condition_that_can_hold_is_no_fault(possible: str) -> None:
    fields = {name: {} for name in ("price", "address", "people")}
    assert found(entry(when=possible), form={"properties": fields}) == []


def test_lists_of_facts_are_tried_in_every_combination() -> None:
    when = "'a' in changed_fields && 'b' in changed_fields && !('c' in changed_fields)"
    assert found(entry(when=when), subject="customer") == []
    never = "'a' in changed_fields && !('a' in changed_fields)"
    assert found(entry(when=never), subject="customer") == [
        ("CONDITION_NEVER_HOLDS", "/nodes/0/when")
    ]


def test_what_comes_after_an_unconditional_rejection_is_never_reached() -> None:
    assert found(machine("stop", "REJECT"), entry()) == [("UNREACHABLE", "/nodes/1")]
    both = branched(
        "CHOICE",
        way("a", machine("stop", "REJECT"), when="partner_led"),
        way("b", machine("halt", "REJECT")),
    )
    assert found(both, entry()) == [("UNREACHABLE", "/nodes/1")]


def test_what_a_conditional_rejection_leaves_over_is_known() -> None:
    stop = machine("stop", "REJECT", when="amount_grade == 'A'")
    assert found(stop, entry(when="amount_grade == 'A'")) == [("UNREACHABLE", "/nodes/1")]
    assert found(stop, entry(when="amount_grade == 'B'")) == []


def test_branches_that_others_leave_nothing_for_are_never_reached() -> None:
    ways = [
        way("all", entry("one"), when="amount_grade != 'A' || amount_grade == 'A'"),
        way("a", entry("two"), when="amount_grade == 'A'"),
        way("else", entry("three")),
    ]
    assert found(branched("CHOICE", *ways)) == [
        ("UNREACHABLE", "/nodes/0/branches/1"),
        ("UNREACHABLE", "/nodes/0/branches/2"),
    ]


def test_a_node_in_a_branch_is_judged_in_the_branch() -> None:
    inside = entry(when="amount_grade == 'B'")
    ways = [way("a", inside, when="amount_grade == 'A'"), way("else", entry("two"))]
    assert found(branched("CHOICE", *ways)) == [("UNREACHABLE", "/nodes/0/branches/0/nodes/0")]


@pytest.mark.parametrize(
    ("node", "pointer"),
    [
        (entry(limit={"time": "PT8H", "action": "TRANSFER"}), "/nodes/0/limit"),
        (entry(limit={"time": "PT8H", "to": "zhao.min"}), "/nodes/0/limit"),
        (entry(limit={"time": "PT8H", "remind": ["PT9H"]}), "/nodes/0/limit"),
        (entry(limit={"time": "PT30S"}), "/nodes/0/limit/time"),
        (entry(approvers=[{}]), "/nodes/0/approvers/0"),
        (entry(kind="DREAM"), "/nodes/0"),
        ({"id": "x", "labels": LABELS, "kind": "COPY"}, "/nodes/0/recipients"),
        (branched("CHOICE", way("a", entry(mode="X"))), "/nodes/0/branches/0/nodes/0/mode"),
    ],
)
def test_a_fault_of_the_shape_has_its_place(node: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        definition_from(document(node))
    assert [one.pointer for one in refused.value.violations] == [pointer]


@given(
    content=st.recursive(
        st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_is_sent_is_judged_and_never_fails(content: Any) -> None:
    with pytest.raises(DefinitionInvalid):
        definition_from(content)
    with pytest.raises(DefinitionInvalid):
        definition_from(document(entry(limit=content, fields=content)))
