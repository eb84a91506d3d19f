"""The shape of the configuration files; a file that does not fit stops the start."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from approval_service.domain.flows.definition import (
    ApproverKind,
    Approvers,
    Definition,
    EmptyApprover,
    Mode,
    Node,
)

CODE = r"^[a-z][a-z0-9_]{0,63}$"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Labels(_File):
    """The names of a code for people."""

    zh: str
    en: str


class Role(_File):
    """One entry of ``roles.yaml``."""

    code: str = Field(pattern=CODE)
    labels: Labels


class ApproverEntry(_File):
    """One source of approvers: exactly one of ``role``, ``head_of`` and ``user``.

    ``nearest: true`` takes the holders of a role in the submitter's department, else those one
    level up, and so on.
    """

    role: str | None = None
    head_of: Literal["submitter", "owner"] | None = None
    user: str | None = None
    nearest: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.role, self.head_of, self.user)) != 1:
            raise ValueError("an approver is exactly one of role, head_of and user")
        if self.nearest and self.role is None:
            raise ValueError("nearest goes with role only")
        return self

    def as_approvers(self) -> Approvers:
        """The value of the domain."""
        if self.role is not None:
            return Approvers(ApproverKind.ROLE, self.role, self.nearest)
        if self.head_of is not None:
            return Approvers(ApproverKind.HEAD_OF_DEPARTMENT, self.head_of)
        return Approvers(ApproverKind.USER, str(self.user))


class NodeEntry(_File):
    """One node; ``when`` is a CEL expression over the pinned facts."""

    id: str = Field(pattern=CODE)
    labels: Labels
    approvers: tuple[ApproverEntry, ...] = Field(min_length=1)
    mode: Mode = Mode.ANY
    when: str | None = None
    empty_approver: EmptyApprover = EmptyApprover.ADMINISTRATOR

    def as_node(self) -> Node:
        """The value of the domain."""
        return Node(
            id=self.id,
            name=self.labels.en,
            name_zh=self.labels.zh,
            approvers=tuple(entry.as_approvers() for entry in self.approvers),
            mode=self.mode,
            when=self.when,
            empty_approver=self.empty_approver,
        )


class FlowFile(_File):
    """One version of one flow; ``form`` is a JSON Schema (2020-12)."""

    flow: str = Field(pattern=CODE)
    version: int = Field(ge=1)
    number: str
    labels: Labels
    subject: Literal["opportunity", "lead", "customer"]
    form: dict[str, Any] = Field(default_factory=dict)
    nodes: tuple[NodeEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _node_ids_once(self) -> Self:
        ids = [node.id for node in self.nodes]
        twice = sorted({id for id in ids if ids.count(id) > 1})
        if twice:
            raise ValueError(f"node {', '.join(twice)} stands there twice")
        return self

    def as_definition(self) -> Definition:
        """The value of the domain."""
        return Definition(
            flow=self.flow,
            version=self.version,
            number=self.number,
            name=self.labels.en,
            name_zh=self.labels.zh,
            subject=self.subject,
            form=self.form,
            nodes=tuple(node.as_node() for node in self.nodes),
        )
