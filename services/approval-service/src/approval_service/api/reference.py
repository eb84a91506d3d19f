"""Enumerations of approvals with their labels, for frontends."""

from __future__ import annotations

from approval_service.api.flow_reference import FLOW_REFERENCE
from approval_service.configuration.configured import configured
from opentas_shared.web.reference import Choice, choices, reference_router


def _roles() -> list[Choice]:
    labels = {role.code: (role.labels.en, role.labels.zh) for role in configured().roles}
    return choices(labels)


def _flows() -> list[Choice]:
    return [
        Choice(
            code=definition.flow,
            label=definition.name,
            label_zh=definition.name_zh,
            attributes={"number": definition.number, "version": definition.version},
        )
        for definition in configured().definitions
    ]


router = reference_router(
    "approval-service",
    {
        "roles": _roles,
        "flows": _flows,
        **FLOW_REFERENCE,
        "approval-statuses": choices(
            {
                "REQUESTED": ("Requested", "已申请"),
                "NOT_STARTED": ("Not started", "未能启动"),
                "RUNNING": ("Running", "审批中"),
                "RETURNED": ("Returned to the submitter", "已退回"),
                "APPROVED": ("Approved", "已通过"),
                "REJECTED": ("Rejected", "已拒绝"),
            }
        ),
        "task-statuses": choices(
            {
                "OPEN": ("Open", "待处理"),
                "APPROVED": ("Approved", "已同意"),
                "REJECTED": ("Rejected", "已拒绝"),
                "RETURNED": ("Returned", "已退回"),
                "CLOSED": ("Closed", "已关闭"),
            }
        ),
        "node-statuses": choices(
            {
                "ACTIVE": ("Active", "进行中"),
                "APPROVED": ("Approved", "已同意"),
                "REJECTED": ("Rejected", "已拒绝"),
                "RETURNED": ("Returned", "已退回"),
                "SKIPPED": ("Skipped", "已跳过"),
            }
        ),
        "reason-codes": choices(
            {
                "CONDITION_FALSE": ("The condition of the node does not hold", "节点条件不成立"),
                "CONDITION_UNDECIDABLE": ("The facts cannot answer the condition", "条件无法判定"),
                "DIRECTORY": ("Found in the organisation directory", "按组织架构确定"),
                "EMPTY_APPROVER_ADMINISTRATOR": (
                    "Nobody found, so the administrators are asked",
                    "无审批人，转管理员",
                ),
                "DONE_BY_OTHER": ("Somebody else decided first", "他人已处理"),
                "NO_NODE_APPLIES": ("No node applies", "无适用节点，自动通过"),
                "NO_DEFINITION": ("There is no definition of the flow", "流程未定义"),
                "NO_APPROVER": ("Nobody can approve", "无可用审批人"),
                "SUBMITTER_UNKNOWN": ("The submitter is not in the organisation", "提交人不存在"),
                "FORM_INCOMPLETE": ("The form is incomplete", "表单不完整"),
            }
        ),
    },
)
