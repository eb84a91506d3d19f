"""A flow definition as a value: one version of one flow, with all that an approval goes by.

The primitive form (``as_dict``) is what the store keeps and what a running approval pins, so
that publishing a new version never changes an approval that runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from approval_service.domain.flows.nodes import ApprovalNode, Node, each, node_of
from approval_service.domain.flows.places import Place, places

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Watched:
    """A fact that makes a given approval stale when it changes (D4).

    ``percent``: a number may move by that share of the approved value; none: any change counts.
    """

    fact: str
    percent: int | None = None


@dataclass(frozen=True)
class Definition:
    """One version of one flow. ``form`` is the JSON Schema of what the submitter fills in.

    ``submitters`` are the roles that may ask, empty for everybody; ``reversible_hours`` is how
    long an approval can be taken back after it was given (通过后撤销), none for never.
    """

    flow: str
    version: int
    number: str
    name: str
    name_zh: str
    subject: str
    nodes: tuple[Node, ...]
    form: dict[str, Any] = field(default_factory=dict)
    submitters: tuple[str, ...] = ()
    reversible_hours: int | None = None
    watched: tuple[Watched, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Every node by its id, those in branches too."""
        return {node.id: node for node in each(self.nodes)}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each node stands."""
        return places(self.nodes)

    def approval_node(self, node_id: str) -> ApprovalNode:
        """The node that asks people; ``KeyError`` when there is none of this id."""
        node = self.by_id[node_id]
        if not isinstance(node, ApprovalNode):
            raise KeyError(node_id)
        return node

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
            "submitters": list(self.submitters),
            "reversible_hours": self.reversible_hours,
            "watched": [vars(one) for one in self.watched],
            "nodes": [node.as_dict() for node in self.nodes],
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Definition:
        """Rebuild from ``as_dict``, also from what earlier versions of OpenTAS kept.

        Every approval is loaded with its definition, so that the last one of each version is
        kept: to compare the content is much faster than to rebuild it.
        """
        key = (fields["flow"], fields["version"])
        content, known = _LAST.get(key, (None, None))
        if known is None or content != fields:
            known = cls._rebuilt(fields)
            _LAST[key] = (fields, known)
        return known

    @classmethod
    def _rebuilt(cls, fields: dict[str, Any]) -> Definition:
        return cls(
            **{
                **fields,
                "nodes": tuple(node_of(node) for node in fields["nodes"]),
                "submitters": tuple(fields.get("submitters", ())),
                "watched": tuple(Watched(**one) for one in fields.get("watched", ())),
            }
        )


_LAST: dict[tuple[str, int], tuple[dict[str, Any], Definition]] = {}
"""By flow and version: the content that was rebuilt last, and what came of it."""
