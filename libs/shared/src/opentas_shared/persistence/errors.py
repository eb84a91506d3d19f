"""Refusals of the store itself."""

from __future__ import annotations

from opentas_shared.domain.errors import DomainError


class StoreUnavailable(DomainError):
    """The database does not answer in time, or the service is stopping."""

    code = "STORE_UNAVAILABLE"
    status = 503
    title = "The database does not answer at the moment"
    title_zh = "数据库暂时无法访问"


class NotStorable(DomainError):
    """A text with a NUL character, or a number or an instant beyond what the database knows."""

    code = "NOT_STORABLE"
    status = 422
    title = "The request holds a value that cannot be stored"
    title_zh = "请求中包含无法存储的值"

    def __init__(self) -> None:
        super().__init__(
            "A text has a character that cannot be stored (NUL), or a number or an instant lies "
            "beyond all bounds."
        )
