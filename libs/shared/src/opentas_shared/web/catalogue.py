"""The catalogue of problems: every named refusal of the code that is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.errors import DomainError
from opentas_shared.web import refusals
from opentas_shared.web.problems import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREAMBLE = """\
# Problems

Generated from the code by `make openapi`; do not edit.

Every 4xx and 5xx answer is a problem document (RFC 9457, `application/problem+json`). Its `code`
is stable; `errors` lists each fault with where it is; `request_id` names the request in the logs.
With `Accept-Language: zh` the title is in Chinese.

每个 4xx 与 5xx 响应都是问题文档。`code` 保持稳定；`errors` 逐项列出错误位置；
`request_id` 对应日志中的请求。

| status | code | type | title | 标题 | meaning | from |
|---|---|---|---|---|---|---|
"""


def refused(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every class of refusal, those of subclasses too."""
    for error in base.__subclasses__():
        yield error
        yield from refused(error)


def catalogue() -> str:
    """The page ``docs/problems.md``: a line per refusal and package.

    Raises ``ValueError`` where two classes with the same code answer with different statuses.
    """
    assert refusals.RequestInvalid.code
    lines: dict[tuple[int, str, str], str] = {}
    statuses: dict[str, int] = {}
    for error in refused():
        if statuses.setdefault(error.code, error.status) != error.status:
            raise ValueError(f"{error.__qualname__} has another status than {error.code} has")
        line = _line(error)
        lines.setdefault((error.status, error.code, line), line)
    return _PREAMBLE + "".join(lines[key] for key in sorted(lines))


def _line(error: type[DomainError]) -> str:
    package = error.__module__.split(".")[0].replace("_", "-")
    meaning = " ".join((error.__doc__ or "").split("\n\n")[0].split()).replace("|", "\\|")
    return (
        f"| {error.status} | `{error.code}` | `/problems/{slug(error.code)}` | {error.title} "
        f"| {error.title_zh} | {meaning} | {package} |\n"
    )
