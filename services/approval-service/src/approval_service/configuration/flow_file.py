"""One version of one flow as a file, or as JSON of the same shape."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from approval_service.configuration.files import CODE, Entry, Labels
from approval_service.configuration.node_entries import MOST_NODES, NodeEntry, entry_of
from approval_service.domain.flows.definition import Definition, Watched


class WatchedEntry(Entry):
    """A fact that makes a given approval stale when it changes, by more than ``percent``."""

    fact: str
    percent: int | None = Field(None, ge=1, le=1000)


class FlowFile(Entry):
    """The definition of a flow; ``form`` is a JSON Schema (2020-12).

    A file names its ``version``; a definition published through the API gets the next one.
    """

    flow: str = Field(pattern=CODE)
    version: int | None = Field(None, ge=1)
    number: str
    labels: Labels
    subject: Literal["opportunity", "lead", "customer", "document"]
    form: dict[str, Any] = Field(default_factory=dict)
    submitters: tuple[str, ...] = ()
    reversible_hours: int | None = Field(None, ge=1)
    watched: tuple[WatchedEntry, ...] = ()
    nodes: tuple[NodeEntry, ...] = Field(min_length=1, max_length=MOST_NODES)

    def as_definition(self, version: int) -> Definition:
        """The value of the domain."""
        return Definition(
            flow=self.flow,
            version=version,
            number=self.number,
            name=self.labels.en,
            name_zh=self.labels.zh,
            subject=self.subject,
            form=self.form,
            submitters=self.submitters,
            reversible_hours=self.reversible_hours,
            watched=tuple(Watched(entry.fact, entry.percent) for entry in self.watched),
            nodes=tuple(node.as_node() for node in self.nodes),
        )

    @classmethod
    def of(cls, definition: Definition) -> FlowFile:
        """The file that gives this value."""
        return cls.model_validate(
            {
                "flow": definition.flow,
                "version": definition.version,
                "number": definition.number,
                "labels": Labels(zh=definition.name_zh, en=definition.name),
                "subject": definition.subject,
                "form": definition.form,
                "submitters": definition.submitters,
                "reversible_hours": definition.reversible_hours,
                "watched": [vars(watched) for watched in definition.watched],
                "nodes": [entry_of(node) for node in definition.nodes],
            }
        )

    def as_json(self) -> dict[str, Any]:
        """The content of the file; what it leaves out has its default."""
        return self.model_dump(mode="json", exclude_defaults=True)
