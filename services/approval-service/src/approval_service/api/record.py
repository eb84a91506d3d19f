"""The printable record of an approval (A45), as JSON and as an HTML page."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from approval_service.api.access import Reader, fetch_approval, hidden_for
from approval_service.api.record_page import page
from approval_service.api.record_views import Record
from approval_service.configuration.record_labels import Language
from approval_service.read_models.record import record
from opentas_shared.domain.time import utc_now
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/approvals", tags=["approvals"])


@router.get(
    "/{approval_id}/record",
    response_model=Record,
    summary="Print an approval",
    responses={
        **problems(404),
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
    },
)
def read_record(
    approval_id: UUID,
    caller: Reader,
    request: Request,
    format: Annotated[
        Literal["json", "html"] | None,
        Query(description="Before the Accept header, for a link in a browser."),
    ] = None,
    lang: Annotated[Language, Query(description="The language of the HTML page.")] = "zh",
) -> Any:
    """All rounds, nodes, opinions, withdrawn ones too, machine decisions, acts and signatures."""
    row = fetch_approval(approval_id, caller, request)
    with resources(request).database.read() as connection:
        made = record(connection, row, hidden_for(caller, row))
    if format == "html" or (format is None and _wants_html(request)):
        return _html(page(made, lang, utc_now()))
    return made


def _wants_html(request: Request) -> bool:
    """Whether the first of both formats that the caller accepts is HTML."""
    accepted = [
        one.partition(";")[0].strip() for one in request.headers.get("accept", "").split(",")
    ]
    return next((one for one in accepted if one in ("text/html", "application/json")), "") == (
        "text/html"
    )


def _html(text: str) -> Response:
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return HTMLResponse(text, headers={"content-security-policy": policy, "vary": "accept"})
