"""What flow definitions can say, with labels, for whoever draws or edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.configuration.facts import FACTS
from approval_service.configuration.record_labels import fact_titles
from opentas_shared.web.reference import Choice, choices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Enumerations = Mapping[str, Iterable[Choice] | Callable[[], Iterable[Choice]]]


def _facts() -> list[Choice]:
    """The facts that conditions may use, by subject."""
    return [
        Choice(
            code=name,
            label=fact_titles(name)["title"],
            label_zh=fact_titles(name)["title_zh"],
            attributes={"subject": subject, "sample": sample},
        )
        for subject, facts in FACTS.items()
        for name, sample in facts.items()
    ]


FLOW_REFERENCE: Enumerations = {
    "facts": _facts,
    "flow-states": choices(
        {
            "UNPUBLISHED": ("No version was published", "未发布"),
            "IN_USE": ("In use", "启用"),
            "RETIRED": ("Retired", "已停用"),
        }
    ),
    "rehearsal-states": choices(
        {
            "RUNNING": ("Running", "进行中"),
            "DONE": ("Done", "已完成"),
            "CANCELLED": ("Cancelled", "已取消"),
            "FAILED": ("Failed", "失败"),
        }
    ),
    "node-kinds": choices(
        {
            "APPROVAL": ("People decide", "审批"),
            "CHOICE": ("Exactly one branch", "条件分支"),
            "PARALLEL": ("All branches, then joined", "并行分支"),
            "COPY": ("People get to read it", "抄送"),
            "AUTOMATIC": ("A machine decides", "自动节点"),
        }
    ),
    "node-modes": choices(
        {
            "ANY": ("The first decision decides", "或签"),
            "ALL": ("All must agree", "会签"),
            "SEQUENTIAL": ("One after the other", "依次审批"),
            "RATIO": ("A share must agree", "票签"),
        }
    ),
    "approver-sources": choices(
        {
            "USER": ("A person", "指定人员"),
            "ROLE": ("A role or post", "角色或岗位"),
            "DEPARTMENT": ("Members of a department", "部门成员"),
            "HEAD_OF_DEPARTMENT": ("A head of department", "部门负责人"),
            "CHAIN_OF_HEADS": ("The heads above, level by level", "逐级部门负责人"),
            "SUBMITTER": ("The submitter", "提交人"),
            "SUBMITTER_CHOICE": ("Whom the submitter chooses", "提交人自选"),
            "APPROVER_CHOICE": ("Whom the last approver names", "上一审批人指定"),
            "FORM_FIELD": ("Who stands in a field of the form", "表单字段"),
            "EXPRESSION": ("What an expression gives", "表达式"),
        }
    ),
    "empty-approver-policies": choices(
        {
            "ADMINISTRATOR": ("The administrators are asked", "转管理员"),
            "PERSON": ("A named person is asked", "转指定人员"),
            "PASS": ("The node passes", "自动通过"),
            "REJECT": ("The node rejects", "自动拒绝"),
        }
    ),
    "submitter-is-approver-policies": choices(
        {
            "SKIP": ("The others are asked", "跳过提交人"),
            "SELF": ("The submitter is asked too", "提交人自行审批"),
            "SUPERIOR": ("The submitter's superior is asked", "转上级"),
        }
    ),
    "repeated-approver-policies": choices(
        {
            "EACH": ("Asked each time", "每次都审批"),
            "FIRST_ONLY": ("Asked the first time only", "仅首次审批"),
            "CONSECUTIVE": ("Not asked twice in a row", "连续时自动同意"),
        }
    ),
    "field-accesses": choices(
        {
            "READ": ("Can be read", "只读"),
            "WRITE": ("Can be written", "可编辑"),
            "HIDDEN": ("Cannot be seen", "隐藏"),
        }
    ),
    "limit-clocks": choices(
        {
            "WORKING": ("Working time", "工作时间"),
            "CALENDAR": ("Calendar time", "自然时间"),
        }
    ),
    "limit-actions": choices(
        {
            "REMIND": ("A reminder", "提醒"),
            "ESCALATE": ("To the superior", "升级至上级"),
            "TRANSFER": ("To a named person", "转交指定人员"),
            "APPROVE": ("Agreed by machine", "自动同意"),
            "REJECT": ("Rejected by machine", "自动拒绝"),
        }
    ),
}
