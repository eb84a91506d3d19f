"""The shapes of the answers about approvals."""

from __future__ import annotations

from pydantic import BaseModel, Field

from metrics_service.api.answers import Links, Medians, Rate, ReportAnswer


class ApprovalNumbers(BaseModel):
    """Approvals that were submitted at least once; submissions are started + resubmissions."""

    started: int
    approved: int = Field(description="With a final approval, taken back later or not.")
    rejected: int = Field(description="That ended rejected, as things stand.")
    revoked: int = Field(description="Ended by their submitter (撤销).")
    terminated: int = Field(description="Ended by an administrator.")
    open: int = Field(description="Running, or returned to their submitter.")
    resubmissions: int
    first_pass_approved: int = Field(
        description="Approved and never rejected by a person, neither before nor after."
    )
    with_rejection: int = Field(
        description="With a rejected decision that stands, or taken back after approval."
    )
    revoked_after_approval: int = Field(description="Taken back after approval (通过后撤销).")
    turnaround_hours: Medians = Field(
        description="First submission to the last final approval, of those that have one."
    )
    working_hours: Medians = Field(
        description="The same in hours of the organisation's working calendar."
    )
    links: Links


class ApprovalItem(ApprovalNumbers):
    """The approvals of one flow or month."""

    key: str = Field(examples=["tas_2_1_opportunity_initiation"])


class ApprovalsAnswer(ReportAnswer):
    """Approvals per flow or month of first submission."""

    total: ApprovalNumbers
    items: list[ApprovalItem]


class TaskNumbers(BaseModel):
    """Tasks that people decided, and those that wait for somebody.

    A decision that was withdrawn does not count. Hours run from when a person was last asked.
    """

    decisions: int = Field(description="Approved, rejected and returned by people.")
    approved: int
    rejected: int
    rejection_share: Rate = Field(description="Rejected of approved and rejected.")
    open: int
    overdue: int = Field(description="Open past their time limit.")
    wait_hours: Medians = Field(description="Elapsed hours.")
    working_hours: Medians = Field(description="Hours of the organisation's working calendar.")
    links: Links


class TaskItem(TaskNumbers):
    """The tasks of one node, role or person."""

    key: str = Field(examples=["sales_director"])


class ApprovalTasksAnswer(ReportAnswer):
    """Tasks of approvals per node, role or person."""

    total: TaskNumbers
    items: list[TaskItem]


class BottleneckItem(BaseModel):
    """One node of a flow."""

    flow: str = Field(examples=["tas_2_1_opportunity_initiation"])
    node: str = Field(examples=["director"])
    decisions: int
    rejected: int
    returned: int
    resubmissions_caused: int = Field(
        description="Resubmissions that followed a rejection or return of this node."
    )
    wait_hours: Medians = Field(description="Of each decision, elapsed hours.")
    working_hours: Medians = Field(description="Of each decision, in working hours.")
    hours: float = Field(
        description="Elapsed hours in which anybody was asked here, several at once counted once."
    )
    turnaround_share: float | None = Field(
        description="`hours` of the time from first submission to end (or so far) of all "
        "approvals of the flow; branches that run at once may add up to more than 1.",
        examples=[0.42],
    )
    links: Links


class BottlenecksAnswer(ReportAnswer):
    """Where the approvals of each flow spend their time, the slowest node first."""

    items: list[BottleneckItem]
