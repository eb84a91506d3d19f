"""Versions over HTTP: ``ETag``, ``If-Match`` and ``If-None-Match``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from pydantic_core import to_json

from opentas_shared.web.refusals import HeaderInvalid, PreconditionRequired
from opentas_shared.web.requests import header

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONE_TAG = re.compile(r'"?(\d{1,18})"?')


def etag(version: int) -> str:
    """The strong ETag of a version."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version in ``If-Match``; None for ``*``.

    Raises ``PreconditionRequired`` (428) without the header and ``HeaderInvalid`` (400) for what
    is not the ETag of one version.
    """
    given = header(request, b"if-match")
    if given is None:
        raise PreconditionRequired
    given = given.strip()
    if given == "*":
        return None
    found = _ONE_TAG.fullmatch(given)
    if found is None:
        raise HeaderInvalid("If-Match", 'it must be the ETag of one version, like "3", or *.')
    return int(found[1])


def not_modified(request: Request, tag: str) -> bool:
    """Whether ``If-None-Match`` names the tag (weak comparison) or is ``*``."""
    given = header(request, b"if-none-match")
    if given is None:
        return False
    if given.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == tag for part in given.split(","))


def single(
    request: Request, view: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer of a single read: 200 with ``ETag`` from ``view["version"]``, or 304."""
    tag = etag(view["version"])
    sent = {"etag": tag, "cache-control": "private, no-cache", **(headers or {})}
    if not_modified(request, tag):
        return Response(status_code=304, headers=sent)
    return Response(to_json(view), headers=sent, media_type="application/json")
