"""A flow definition as a value: nodes in order, who approves at each, and under what condition.

The primitive form (``as_dict``) is what the store keeps and what a running approval pins, so
that publishing a new version never changes an approval that runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How the decisions of a node's approvers make the decision of the node."""

    ANY = "ANY"
    """或签: the first decision, yes or no, decides (domain.md §14.14)."""


class ApproverKind(StrEnum):
    """Where the approvers of a node come from."""

    ROLE = "ROLE"
    """Active people who hold ``value`` as a role or a post."""
    HEAD_OF_DEPARTMENT = "HEAD_OF_DEPARTMENT"
    """The head of the department of the ``value`` (``submitter``, ``owner``); next level up when
    that is the submitter."""
    USER = "USER"
    """The person with the id ``value``."""


class EmptyApprover(StrEnum):
    """What happens when nobody can be found for a node."""

    ADMINISTRATOR = "ADMINISTRATOR"
    """The administrators of the organisation get the task, with a recorded reason."""


@dataclass(frozen=True)
class Approvers:
    """One source of approvers; ``nearest`` takes those of the closest department upwards only."""

    kind: ApproverKind
    value: str
    nearest: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {"kind": str(self.kind), "value": self.value, "nearest": self.nearest}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Approvers:
        """Rebuild from ``as_dict``."""
        return cls(ApproverKind(fields["kind"]), fields["value"], fields["nearest"])


@dataclass(frozen=True)
class Node:
    """One step: it is skipped when the CEL expression ``when`` over the facts is false."""

    id: str
    name: str
    name_zh: str
    approvers: tuple[Approvers, ...]
    mode: Mode = Mode.ANY
    when: str | None = None
    empty_approver: EmptyApprover = EmptyApprover.ADMINISTRATOR

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {
            "id": self.id,
            "name": self.name,
            "name_zh": self.name_zh,
            "approvers": [source.as_dict() for source in self.approvers],
            "mode": str(self.mode),
            "when": self.when,
            "empty_approver": str(self.empty_approver),
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Node:
        """Rebuild from ``as_dict``."""
        return cls(
            id=fields["id"],
            name=fields["name"],
            name_zh=fields["name_zh"],
            approvers=tuple(Approvers.from_dict(source) for source in fields["approvers"]),
            mode=Mode(fields["mode"]),
            when=fields["when"],
            empty_approver=EmptyApprover(fields["empty_approver"]),
        )


@dataclass(frozen=True)
class Definition:
    """One version of one flow. ``form`` is the JSON Schema of what the submitter fills in."""

    flow: str
    version: int
    number: str
    name: str
    name_zh: str
    subject: str
    nodes: tuple[Node, ...]
    form: dict[str, Any] = field(default_factory=dict)

    def after(self, node_id: str) -> tuple[Node, ...]:
        """The nodes that come after the node."""
        ids = [node.id for node in self.nodes]
        return self.nodes[ids.index(node_id) + 1 :]

    def as_dict(self) -> dict[str, Any]:
        """The primitive form kept in events and rows."""
        return {
            "flow": self.flow,
            "version": self.version,
            "number": self.number,
            "name": self.name,
            "name_zh": self.name_zh,
            "subject": self.subject,
            "form": self.form,
            "nodes": [node.as_dict() for node in self.nodes],
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Definition:
        """Rebuild from ``as_dict``."""
        return cls(**{**fields, "nodes": tuple(Node.from_dict(node) for node in fields["nodes"])})
