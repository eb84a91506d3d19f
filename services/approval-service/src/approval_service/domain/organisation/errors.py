"""Refusals of the organisation directory."""

from __future__ import annotations

from typing import ClassVar

from opentas_shared.domain.errors import DomainError


class OrganisationInvalid(DomainError):
    """A file or a change contradicts itself or the directory; every fault is listed."""

    code: ClassVar[str] = "ORGANISATION_INVALID"
    title: ClassVar[str] = "The organisation would contradict itself"
    title_zh: ClassVar[str] = "组织信息自相矛盾"


class CalendarInvalid(DomainError):
    """A working calendar contradicts itself; every fault is listed with its place."""

    code: ClassVar[str] = "CALENDAR_INVALID"
    title: ClassVar[str] = "The working calendar is wrong"
    title_zh: ClassVar[str] = "工作日历有误"
