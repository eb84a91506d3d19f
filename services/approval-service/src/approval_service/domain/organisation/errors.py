"""Refusals of the organisation directory."""

from __future__ import annotations

from typing import ClassVar

from opentas_shared.domain.errors import DomainError


class OrganisationInvalid(DomainError):
    """The organisation file contradicts itself or the directory; every fault is listed."""

    code: ClassVar[str] = "ORGANISATION_INVALID"
    title: ClassVar[str] = "The organisation file is wrong"
    title_zh: ClassVar[str] = "组织文件有误"
