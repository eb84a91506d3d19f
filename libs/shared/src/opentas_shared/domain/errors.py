"""Named refusals of the domain: each class has a stable code, an HTTP status and a sentence.

The web layer turns them into problem details, the catalogue in the docs is generated from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong: where it is, what is wrong and how to mend it.

    Exactly one of ``pointer`` (JSON pointer into the body), ``parameter`` and ``header`` is set,
    or none where the fault lies in the state of the thing itself.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    rule: str | None = None

    def as_dict(self) -> dict[str, str]:
        """The set members only, as they stand in a problem document."""
        return {name: value for name, value in vars(self).items() if value is not None}


class DomainError(Exception):
    """Base of every named refusal. ``members`` are extension members of the problem document."""

    code: ClassVar[str] = "DOMAIN_ERROR"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The command was refused"
    title_zh: ClassVar[str] = "命令被拒绝"

    def __init__(
        self, detail: str, *, violations: Iterable[Violation] = (), **members: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.violations: Sequence[Violation] = tuple(violations)
        self.members = members


class RuleBroken(DomainError):
    """A rule of domain.md §13 is broken; ``violations`` name the rules and what is missing."""

    code = "RULE_BROKEN"
    title = "A business rule is broken"
    title_zh = "违反业务规则"

    def __init__(self, detail: str, *, rule: str, **members: Any) -> None:
        super().__init__(detail, rule=rule, **members)
        self.rule = rule


class RequirementsMissing(DomainError):
    """Several requirements are not met; each is a ``Violation`` with its rule id."""

    code = "REQUIREMENTS_MISSING"
    title = "Requirements are missing"
    title_zh = "缺少必要条件"


class IllegalTransition(DomainError):
    """The current state does not allow the command."""

    code = "ILLEGAL_TRANSITION"
    status = 409
    title = "The current state does not allow this command"
    title_zh = "当前状态不允许此操作"

    def __init__(
        self, command: str, current_state: str, allowed_commands: Sequence[str] = ()
    ) -> None:
        super().__init__(
            f"{command} is not possible in state {current_state}.",
            current_state=current_state,
            allowed_commands=list(allowed_commands),
        )


class EffectiveTimeGoesBack(DomainError):
    """An importer's time lies before the last change of state or stage (§14.15)."""

    code = "EFFECTIVE_TIME_GOES_BACK"
    title = "The effective time lies before the last change"
    title_zh = "业务时间早于上一次变更"

    def __init__(self, instant: datetime, last: datetime) -> None:
        super().__init__(
            f"effective_at {instant.isoformat()} lies before the last change of this thing at "
            f"{last.isoformat()}; import the changes of one thing in the order of their times.",
            last_effective_at=last.isoformat(),
        )


class EffectiveTimeInFuture(DomainError):
    """Nobody can record what has not happened yet (§14.15)."""

    code = "EFFECTIVE_TIME_IN_FUTURE"
    title = "The effective time lies in the future"
    title_zh = "业务时间在未来"


class NotFound(DomainError):
    """No such thing, or the caller may not see it."""

    code = "NOT_FOUND"
    status = 404
    title = "Not found"
    title_zh = "未找到"

    def __init__(self, kind: str, id: UUID | str) -> None:
        super().__init__(f"There is no {kind} with id {id} that you may see.")


class UnknownReference(DomainError):
    """A person, customer or contact that the command names does not exist."""

    code = "UNKNOWN_REFERENCE"
    status = 422
    title = "The command names something that does not exist"
    title_zh = "引用的对象不存在"

    def __init__(self, field: str, value: object) -> None:
        detail = f"{field} {value} does not exist."
        super().__init__(
            detail, violations=[Violation("UNKNOWN_REFERENCE", detail, pointer=f"/{field}")]
        )


class AlreadyExists(DomainError):
    """A thing with the same natural key or id exists."""

    code = "ALREADY_EXISTS"
    status = 409
    title = "It exists already"
    title_zh = "已存在"


class Forbidden(DomainError):
    """The caller lacks the scope, role or data scope named by ``policy``."""

    code = "FORBIDDEN"
    status = 403
    title = "You may not do this"
    title_zh = "无权执行此操作"

    def __init__(self, detail: str, *, policy: str) -> None:
        super().__init__(detail, policy=policy)


class StaleVersion(DomainError):
    """The version in ``If-Match`` is not the current one."""

    code = "STALE_VERSION"
    status = 412
    title = "The thing has changed since you read it"
    title_zh = "数据已被他人修改"

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"If-Match names version {expected}, the current version is {current}; "
            "read it again and repeat the command with the new ETag.",
            current_version=current,
        )


class EventTooLarge(DomainError):
    """An event is larger than the broker's limit, so it is refused before it is stored."""

    code = "EVENT_TOO_LARGE"
    status = 413
    title = "The content is too large"
    title_zh = "内容过大"
