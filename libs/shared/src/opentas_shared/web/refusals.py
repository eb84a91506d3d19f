"""Refusals of the HTTP layer itself, in the same catalogue as those of the domain."""

from __future__ import annotations

from opentas_shared.domain.errors import DomainError, Violation


class Unauthenticated(DomainError):
    """No bearer token, or one that is not valid."""

    code = "UNAUTHENTICATED"
    status = 401
    title = "A valid bearer token is needed"
    title_zh = "需要有效的访问令牌"


class RequestInvalid(DomainError):
    """Body, path, query or headers do not have the described form; ``errors`` lists each fault."""

    code = "REQUEST_INVALID"
    status = 422
    title = "The request does not have the described form"
    title_zh = "请求格式不正确"


class BodyMalformed(DomainError):
    """The body is not JSON, or does not arrive as JSON."""

    code = "BODY_MALFORMED"
    status = 400
    title = "The body cannot be read"
    title_zh = "请求体无法解析"


class BodyTooLarge(DomainError):
    """The body is larger than the service accepts."""

    code = "BODY_TOO_LARGE"
    status = 413
    title = "The body is too large"
    title_zh = "请求体过大"


class PathUnknown(DomainError):
    """No operation has this path."""

    code = "PATH_UNKNOWN"
    status = 404
    title = "There is nothing at this path"
    title_zh = "路径不存在"


class MethodNotAllowed(DomainError):
    """The path exists, the method does not; ``Allow`` names those that do."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    title = "The path does not offer this method"
    title_zh = "不支持该请求方法"


class PreconditionRequired(DomainError):
    """A command on an existing thing came without ``If-Match``."""

    code = "PRECONDITION_REQUIRED"
    status = 428
    title = "If-Match is missing"
    title_zh = "缺少 If-Match 请求头"

    def __init__(self) -> None:
        detail = (
            "A command on an existing thing needs the header If-Match with the ETag of the version "
            'that you have seen, for example If-Match: "3".'
        )
        super().__init__(
            detail, violations=[Violation("MISSING", "It is required.", header="If-Match")]
        )


class HeaderInvalid(DomainError):
    """A header does not have the described form."""

    code = "HEADER_INVALID"
    status = 400
    title = "A header does not have the described form"
    title_zh = "请求头格式不正确"

    def __init__(self, header: str, detail: str) -> None:
        super().__init__(
            f"{header}: {detail}", violations=[Violation("INVALID", detail, header=header)]
        )


class CursorInvalid(DomainError):
    """The cursor was not made by this list with these filters and this sort."""

    code = "CURSOR_INVALID"
    status = 400
    title = "The cursor does not belong to this list"
    title_zh = "游标无效"

    def __init__(self) -> None:
        detail = "Take the cursor from next or prev of the same list, filters and sort unchanged."
        super().__init__(detail, violations=[Violation("INVALID", detail, parameter="cursor")])


class IdempotencyKeyReused(DomainError):
    """The same Idempotency-Key came before with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    status = 422
    title = "The Idempotency-Key was used for another request"
    title_zh = "幂等键已用于其他请求"

    def __init__(self) -> None:
        detail = "This key came before with another content; use a new key for a new request."
        super().__init__(detail, violations=[Violation("REUSED", detail, header="Idempotency-Key")])


class Unavailable(DomainError):
    """The service cannot answer now; repeat the request with the same Idempotency-Key."""

    code = "UNAVAILABLE"
    status = 503
    title = "The service cannot answer now"
    title_zh = "服务暂不可用"


class InternalFault(DomainError):
    """A fault of ours; the logs know it by ``request_id``."""

    code = "INTERNAL_FAULT"
    status = 500
    title = "Something went wrong on our side"
    title_zh = "服务器内部错误"
