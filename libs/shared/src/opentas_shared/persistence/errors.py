"""Refusals of the store itself."""

from __future__ import annotations

from opentas_shared.domain.errors import DomainError


class StoreUnavailable(DomainError):
    """The database does not answer in time, or the service is stopping."""

    code = "STORE_UNAVAILABLE"
    status = 503
    title = "The service cannot write at the moment"
    title_zh = "服务暂时无法写入"
