"""What routes say of themselves: ``**creates()``, ``**changes()``, ``**reads_one()`` ..."""

from __future__ import annotations

from typing import Any

from opentas_shared.web.problems import problems

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that you have seen, or `*`.",
    "schema": {"type": "string"},
    "example": '"3"',
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeat a request with the same key and it is done once; kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "8f14e45f-ceea-467f-a8a5-1b1a6c2b0a11",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that you have: 304 when it is still the current one.",
    "schema": {"type": "string"},
    "example": '"3"',
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`wait=5`: wait so many seconds, at most 30, until it is there; else 404.",
    "schema": {"type": "string"},
    "example": "wait=5",
}
ETAG = {
    "description": "The version, for If-Match and If-None-Match.",
    "schema": {"type": "string"},
    "example": '"3"',
}


def creates(*statuses: int) -> dict[str, Any]:
    """``@router.post(path, **creates(409))``: 201, Idempotency-Key, ETag, Location, problems."""
    location = {"description": "Where the new thing is.", "schema": {"type": "string"}}
    created = {"headers": {"ETag": ETAG, "Location": location}}
    return {
        "status_code": 201,
        "responses": {201: created, **problems(400, *statuses)},
        "openapi_extra": {"parameters": [IDEMPOTENCY_KEY]},
    }


def changes(*statuses: int) -> dict[str, Any]:
    """``@router.post(path, **changes())``: If-Match, Idempotency-Key, ETag, problems."""
    return {
        "responses": {
            200: {"headers": {"ETag": ETAG}},
            **problems(400, 404, 409, 412, 428, *statuses),
        },
        "openapi_extra": {"parameters": [IF_MATCH, IDEMPOTENCY_KEY]},
    }


def reads_one(*statuses: int, waits: bool = False) -> dict[str, Any]:
    """``@router.get(path, **reads_one())``: ETag, If-None-Match, 304, 404, Prefer if it waits."""
    return {
        "responses": {
            200: {"headers": {"ETag": ETAG}},
            304: {"description": "Not modified."},
            **problems(404, *statuses),
        },
        "openapi_extra": {"parameters": [IF_NONE_MATCH, PREFER] if waits else [IF_NONE_MATCH]},
    }


def lists(*statuses: int) -> dict[str, Any]:
    """``@router.get(path, **lists())``: the Link header and the problems of a list."""
    link = {"description": "Addresses of the next and previous page.", "schema": {"type": "string"}}
    return {"responses": {200: {"headers": {"Link": link}}, **problems(400, *statuses)}}
