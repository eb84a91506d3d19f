"""Refusals about flows and their definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from opentas_shared.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from opentas_shared.domain.errors import Violation


class DefinitionVersionTaken(DomainError):
    """The version was published with another content; a change needs a higher version."""

    code: ClassVar[str] = "DEFINITION_VERSION_TAKEN"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This version of the flow was published with another content"
    title_zh: ClassVar[str] = "该流程版本已发布且内容不同"


class DefinitionInvalid(DomainError):
    """A flow definition has faults; each is named with its place in the definition."""

    code: ClassVar[str] = "DEFINITION_INVALID"
    title: ClassVar[str] = "The flow definition is not right"
    title_zh: ClassVar[str] = "流程定义有误"

    def __init__(self, violations: Sequence[Violation]) -> None:
        first = violations[0].detail
        more = f" There are {len(violations) - 1} more faults." if len(violations) > 1 else ""
        super().__init__(f"{first}{more}", violations=violations)


class FormChangesInvalid(DomainError):
    """An approver wrote what the node does not permit, or what the form's schema does not take."""

    code: ClassVar[str] = "FORM_CHANGES_INVALID"
    title: ClassVar[str] = "The changes of the form are not right"
    title_zh: ClassVar[str] = "表单修改有误"


class RehearsalRunning(DomainError):
    """A long rehearsal runs already; they take turns."""

    code: ClassVar[str] = "REHEARSAL_RUNNING"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another rehearsal is running"
    title_zh: ClassVar[str] = "另一演练正在进行"

    def __init__(self, id: UUID) -> None:
        super().__init__(
            f"The rehearsal {id} is running; wait for it or cancel it.", rehearsal_id=str(id)
        )
