"""The aggregate that keeps every published version of one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment


class DefinitionVersionTaken(DomainError):
    """The version was published with another content; a change needs a higher version."""

    code = "DEFINITION_VERSION_TAKEN"
    status = 409
    title = "This version of the flow was published with another content"
    title_zh = "该流程版本已发布且内容不同"


class DefinitionVersionTooLow(DomainError):
    """A new version must be higher than every published one."""

    code = "DEFINITION_VERSION_TOO_LOW"
    title = "The version of the flow is too low"
    title_zh = "流程版本号过低"


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

    class VersionPublished(AggregateEvent):
        """A version is in force for approvals that start from now on."""

        TOPIC: ClassVar[str] = "flow.version_published"
        flow: str
        version: int
        definition: dict[str, Any]
        previous_versions: list[int]

    @event(Created)
    def __init__(self, flow: str) -> None:
        self.flow = flow
        self.versions: dict[int, dict[str, Any]] = {}

    @classmethod
    def register(cls, flow: str, at: Moment) -> Flow:
        """Make a flow known."""
        return cls.create(cls.Created, flow_id(flow), at, flow=flow)

    def publish(self, definition: Definition, at: Moment) -> None:
        """Put a version in force; publishing the same content again changes nothing.

        Raises ``DefinitionVersionTaken`` or ``DefinitionVersionTooLow``.
        """
        content = definition.as_dict()
        known = self.versions.get(definition.version)
        if known == content:
            return
        name = f"version {definition.version} of {self.flow}"
        if known is not None:
            raise DefinitionVersionTaken(
                f"{name} was published with another content; give the changed definition "
                f"version {max(self.versions) + 1}."
            )
        if self.versions and definition.version < max(self.versions):
            raise DefinitionVersionTooLow(
                f"{name} comes after version {max(self.versions)} was published."
            )
        self.trigger(
            Flow.VersionPublished,
            at,
            flow=self.flow,
            version=definition.version,
            definition=content,
            previous_versions=sorted(self.versions),
        )

    @event(VersionPublished)
    def _version_published(self, version: int, definition: dict[str, Any]) -> None:
        self.versions[version] = definition
