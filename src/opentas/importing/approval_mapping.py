"""What a mapping says of a file of events: what each activity means for its document."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from opentas.importing.event_mapping import CaseColumns, EventsMapping, several
from opentas.importing.mapping import Name, Part, Template
from opentas.importing.rows import columns_of


class Meaning(StrEnum):
    """What an activity does to its document."""

    SUBMIT = "SUBMIT"
    """The submitter submits, first or again."""
    APPROVE = "APPROVE"
    """A role agrees, and somebody else is asked after it."""
    FINAL_APPROVE = "FINAL_APPROVE"
    """A role agrees, and with that the document is approved."""
    REJECT = "REJECT"
    """A role refuses: back to the submitter. After a final approval: it is taken back."""
    TAKE_BACK = "TAKE_BACK"
    """The submitter takes the running document back. After a rejection: takes note of it."""


class EventColumns(CaseColumns):
    """``role`` is whose event it is."""

    role: Name


class Labels(Part):
    """A name for people."""

    zh: Name
    en: Name


class Document(Part):
    """A kind of document: the flow that approves it, and what its activities mean.

    A case has at most one approval of each kind.
    """

    flow: Name
    labels: Labels
    natural_key: Template
    activities: dict[Name, Meaning] = Field(min_length=1)

    def definition(self, number: str) -> dict[str, Any]:
        """The flow definition: each approver names who is asked next (A6)."""
        return {
            "flow": self.flow,
            "number": number,
            "labels": vars(self.labels),
            "subject": "document",
            "nodes": [
                {
                    "id": "decision",
                    "labels": {"zh": "审批", "en": "Decision"},
                    "approvers": [{"approver_choice": True}],
                    "on_rejection": {"back_to": "submitter"},
                }
            ],
        }


class ApprovalsMapping(EventsMapping):
    """A file of events: what each activity means for the document of its case.

    ``person`` makes the id of who acts from the columns of the row; ``submitter`` is the id of
    all submitters. ``unknown_role`` is the role of who was asked where no later event says it;
    ``unknown_person`` is that person. ``note`` is said where the submitter takes note of a
    rejection.
    """

    kind: Literal["approvals"]
    number: Name
    columns: EventColumns
    subject: Template
    person: Template
    submitter: Name
    unknown_role: Name
    unknown_person: Name
    note: Name
    documents: tuple[Document, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_meaning(self) -> ApprovalsMapping:
        listed = [*self.ignored]
        for document in self.documents:
            listed += document.activities
        fault = several(listed)
        if fault is not None:
            raise fault
        return self

    @cached_property
    def document_of(self) -> dict[str, Document]:
        """The document of each activity."""
        return {name: document for document in self.documents for name in document.activities}

    @property
    def meant(self) -> frozenset[str]:
        """The activities that mean something."""
        return frozenset(self.document_of)

    def key(self, activity: str) -> str:
        """The template of the natural key of the document of the activity."""
        return self.document_of[activity].natural_key

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """The flow definitions of the documents."""
        return [document.definition(self.number) for document in self.documents]

    @property
    def event_columns(self) -> list[str]:
        """The columns that the file must have."""
        templates = [self.subject, self.person, *(one.natural_key for one in self.documents)]
        named = list(vars(self.columns).values())
        return named + [column for template in templates for column in columns_of(template)]
