"""The aggregate of one flow: its drafts, every published version, and whether it is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.errors import DefinitionVersionTaken
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import IllegalTransition, NotFound
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment

IN_USE, RETIRED, UNPUBLISHED = "IN_USE", "RETIRED", "UNPUBLISHED"
"""The states of a flow: without a version in force nothing can be asked for."""


def flow_id(flow: str) -> UUID:
    """The aggregate id of a flow."""
    return derived_id("flow", flow)


class Flow(Aggregate):
    """A flow and its versions; approvals that run keep the version they started with."""

    TOPIC: ClassVar[str] = "flow"

    class Created(CreatedEvent):
        """A flow has become known."""

        TOPIC: ClassVar[str] = "flow.registered"
        flow: str

    class DraftSaved(AggregateEvent):
        """A draft is new or has another content, in the shape of a flow file."""

        TOPIC: ClassVar[str] = "flow.draft_saved"
        flow: str
        draft_id: UUID
        content: dict[str, Any]
        note: str

    class DraftDiscarded(AggregateEvent):
        """A draft is not wanted any more."""

        TOPIC: ClassVar[str] = "flow.draft_discarded"
        flow: str
        draft_id: UUID

    class VersionPublished(AggregateEvent):
        """A version is in force for approvals that start from now on, unless ``retired``.

        ``draft_id`` is the draft that it was, none for a version from a file.
        """

        TOPIC: ClassVar[str] = "flow.version_published"
        flow: str
        version: int
        definition: dict[str, Any]
        previous_versions: list[int]
        draft_id: UUID | None = None
        retired: bool = False

    class Retired(AggregateEvent):
        """Nothing new starts; what runs goes on. ``version`` was in force."""

        TOPIC: ClassVar[str] = "flow.retired"
        flow: str
        version: int
        reason: str

    class Reinstated(AggregateEvent):
        """``version``, the last one published, is in force again."""

        TOPIC: ClassVar[str] = "flow.reinstated"
        flow: str
        version: int
        reason: str

    @event(Created)
    def __init__(self, flow: str) -> None:
        self.flow = flow
        self.versions: dict[int, dict[str, Any]] = {}
        self.drafts: dict[UUID, dict[str, Any]] = {}
        self.retired = False

    @classmethod
    def register(cls, flow: str, at: Moment) -> Flow:
        """Make a flow known."""
        return cls.create(cls.Created, flow_id(flow), at, flow=flow)

    @property
    def state(self) -> str:
        """Whether approvals can be asked for."""
        if not self.versions:
            return UNPUBLISHED
        return RETIRED if self.retired else IN_USE

    @property
    def next_version(self) -> int:
        """The number of the version that is published next."""
        return max(self.versions, default=0) + 1

    def save_draft(self, draft_id: UUID, content: dict[str, Any], note: str, at: Moment) -> None:
        """Keep a new draft, or another content of a known one."""
        about = {"draft_id": draft_id, "content": content, "note": note}
        self.trigger(Flow.DraftSaved, at, flow=self.flow, **about)

    def draft(self, draft_id: UUID) -> dict[str, Any]:
        """The content of a draft; ``NotFound`` (404) when it was discarded or published."""
        if draft_id not in self.drafts:
            raise NotFound("draft", draft_id)
        return self.drafts[draft_id]

    def discard_draft(self, draft_id: UUID, at: Moment) -> None:
        """Drop a draft; ``NotFound`` (404) when there is none."""
        self.draft(draft_id)
        self.trigger(Flow.DraftDiscarded, at, flow=self.flow, draft_id=draft_id)

    def publish(self, definition: Definition, at: Moment, draft_id: UUID | None = None) -> None:
        """Put a version in force, of a retired flow once that is reinstated.

        What is in force already, and what comes after a higher version was published, changes
        nothing: files that ship do not fight with versions from the API.
        Raises ``DefinitionVersionTaken`` (409) for another content of a known version.
        """
        content = definition.as_dict()
        known = self.versions.get(definition.version)
        if known is not None and Definition.from_dict(known).as_dict() != content:
            raise DefinitionVersionTaken(
                f"version {definition.version} of {self.flow} was published with another content; "
                f"give the changed definition version {self.next_version}."
            )
        if known is None and definition.version >= self.next_version:
            self.trigger(
                Flow.VersionPublished,
                at,
                flow=self.flow,
                version=definition.version,
                definition=content,
                previous_versions=sorted(self.versions),
                draft_id=draft_id,
                retired=self.retired,
            )

    def retire(self, reason: str, at: Moment) -> None:
        """Let nothing new start; ``IllegalTransition`` (409) unless the flow is in use."""
        if self.state != IN_USE:
            raise IllegalTransition("retirement", self.state)
        self.trigger(Flow.Retired, at, flow=self.flow, version=max(self.versions), reason=reason)

    def reinstate(self, reason: str, at: Moment) -> None:
        """Use the flow again; ``IllegalTransition`` (409) unless it was retired."""
        if self.state != RETIRED:
            raise IllegalTransition("reinstatement", self.state)
        self.trigger(Flow.Reinstated, at, flow=self.flow, version=max(self.versions), reason=reason)

    @event(DraftSaved)
    def _draft_saved(self, draft_id: UUID, content: dict[str, Any]) -> None:
        self.drafts[draft_id] = content

    @event(DraftDiscarded)
    def _draft_discarded(self, draft_id: UUID) -> None:
        del self.drafts[draft_id]

    @event(VersionPublished)
    def _version_published(
        self, version: int, definition: dict[str, Any], draft_id: UUID | None = None
    ) -> None:
        self.versions[version] = definition
        if draft_id is not None:
            self.drafts.pop(draft_id, None)

    @event(Retired)
    def _retired(self) -> None:
        self.retired = True

    @event(Reinstated)
    def _reinstated(self) -> None:
        self.retired = False
