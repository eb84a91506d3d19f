"""The configured lists and boundaries, for frontends to draw their forms from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.configuration.configured import configured
from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.requested_approval import ApprovalStatus
from lead_service.domain.verification import ASSESSMENT_FLOW, VerificationStatus
from opentas_shared.web.reference import Choice, choices, reference_router

if TYPE_CHECKING:
    from collections.abc import Callable

    from lead_service.configuration.files import Code

LISTS = (
    "lead-sources",
    "generation-modes",
    "lead-statuses",
    "creation-criteria",
    "lead-classifications",
    "scales",
    "customer-importances",
    "solution-fits",
    "discard-reasons",
    "contact-roles",
)
APPROVAL_STATUSES: dict[str, tuple[str, str]] = {
    ApprovalStatus.REQUESTED: ("Requested", "已申请"),
    ApprovalStatus.RUNNING: ("Running", "审批中"),
    ApprovalStatus.RETURNED: ("Returned", "已退回"),
    ApprovalStatus.NOT_STARTED: ("Not started", "未能启动"),
    ApprovalStatus.APPROVED: ("Approved", "已批准"),
    ApprovalStatus.REJECTED: ("Rejected", "已拒绝"),
    ApprovalStatus.REVOKED: ("Revoked", "已撤销"),
    ApprovalStatus.TERMINATED: ("Terminated", "已终止"),
    ApprovalStatus.REVERSED: ("Reversed", "通过后撤销"),
}
VERIFICATION_STATUSES: dict[str, tuple[str, str]] = {
    VerificationStatus.UNVERIFIED: ("Unverified", "未核实"),
    VerificationStatus.IN_ASSESSMENT: ("In assessment", "评估中"),
    VerificationStatus.VERIFIED: ("Verified", "已核实"),
    VerificationStatus.REJECTED: ("Rejected", "未通过"),
}
FLOWS = {
    CREATION_FLOW: ("Create opportunity", "创建商机流程"),
    ASSESSMENT_FLOW: ("Customer information assessment", "客户信息评估流程"),
    CORE_CHANGE_FLOW: ("Customer core information change", "客户核心信息修改流程"),
}


def _choice(code: Code) -> Choice:
    attributes = code.model_dump(mode="json", exclude={"code", "labels"})
    return Choice(
        code=code.code, label=code.labels.en, label_zh=code.labels.zh, attributes=attributes
    )


def _list(name: str) -> Callable[[], list[Choice]]:
    return lambda: [_choice(code) for code in configured().lists[name]]


def _core_fields() -> list[Choice]:
    return [
        Choice(
            code=core.field,
            label=core.labels.en,
            label_zh=core.labels.zh,
            attributes={"owner_role": core.owner_role, "required": core.required},
        )
        for core in configured().customers_file.core_fields
    ]


router = reference_router(
    "lead-service",
    {
        **{name: _list(name) for name in LISTS},
        "approval-statuses": choices(APPROVAL_STATUSES),
        "approval-flows": choices(FLOWS),
        "verification-statuses": choices(VERIFICATION_STATUSES),
        "customer-core-fields": _core_fields,
    },
)


@router.get(
    "/lead-service/v1/reference/classification-boundaries",
    summary="Read the boundaries of the lead classes",
)
def read_classification_boundaries() -> dict[str, Any]:
    """What makes a lead large, its customer important, and how soon is hot (R-05, R-06)."""
    return configured().classification_file.boundaries.model_dump(mode="json")
