"""Violations: approvals that were decided out of order, or after the fact (R-24)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import or_, select

from metrics_service.api.asking import Asking, Flow
from metrics_service.api.listed import ViolationList, item
from metrics_service.configuration.order_rules import order_rules
from metrics_service.reports.instants import invalid
from metrics_service.reports.violations import violations_as_of
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

SUBJECTS = {"opportunity": "/v1/opportunities", "lead": "/v1/leads", "customer": "/v1/customers"}


@router.get(
    "/v1/metrics/violations",
    summary="Violations of the order of approvals",
    response_model=ViolationList,
    **lists(),
)
def list_violations(
    asked: Asking,
    page: PageQuery,
    flow: Flow = None,
    rule: Annotated[str | None, Query(examples=["R-20"])] = None,
    kind: Annotated[
        Literal["AFTER_THE_FACT", "MISSING"] | None,
        Query(description="Whether what was needed came later, or has not come at all."),
    ] = None,
    waived: Annotated[
        bool | None, Query(description="Whether an import waived the rule for it.")
    ] = None,
) -> Response:
    """What happened before the approval that the process wants first, by effective instants.

    Found from what happened and when, so also in imported and late entries and after a rebuild.
    Days are those of what happened too early; the data scope goes by the owner or submitter.
    The order rules are a configuration file.
    """
    rules = order_rules()
    if rule is not None and rule not in {each.rule for each in rules}:
        raise invalid("rule", "UNKNOWN_RULE", f"{rule!r} is not among the order rules.")
    with asked.snapshot() as (connection, question):
        violations = violations_as_of(question, [r for r in rules if rule in (None, r.rule)])
        columns = violations.c
        statement = select(violations)
        if flow is not None:
            statement = statement.where(
                or_(columns.happened_to == flow, columns.required_of == flow)
            )
        if kind is not None:
            statement = statement.where(columns.kind == kind)
        if waived is not None:
            statement = statement.where(columns.waived == waived)
        return paginate(
            connection,
            statement,
            page,
            sorts={name: columns[name] for name in ("at", "required_at", "rule")},
            default_sort="-at",
            key=columns.id,
            view=_view,
        )


def _view(row: Any) -> dict[str, Any]:
    links = {}
    if row["subject_type"] in SUBJECTS:
        links["subject"] = f"{SUBJECTS[row['subject_type']]}/{row['subject_id']}"
    for name, column in {"approval": "approval_id", "required": "required_approval_id"}.items():
        if row[column] is not None:
            links[name] = f"/v1/approvals/{row[column]}"
    return {**item(row), "links": links}
