"""Refusals of long-term delegations."""

from __future__ import annotations

from typing import ClassVar

from opentas_shared.domain.errors import DomainError


class DelegationInvalid(DomainError):
    """A delegation that could not work; ``violations`` say what to send instead."""

    code: ClassVar[str] = "DELEGATION_INVALID"
    title: ClassVar[str] = "This delegation is not possible"
    title_zh: ClassVar[str] = "无法设置此代理"


class DelegationConflict(DomainError):
    """Another delegation of the same person stands in the way; the answer names it."""

    code: ClassVar[str] = "DELEGATION_CONFLICT"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another delegation stands in the way"
    title_zh: ClassVar[str] = "与已有代理冲突"
