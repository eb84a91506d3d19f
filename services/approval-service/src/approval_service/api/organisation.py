"""The import of a whole organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from approval_service.api.access import Runner
from approval_service.api.organisation_access import Administrator
from approval_service.api.organisation_views import ImportOutcome
from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
    outcome,
)
from approval_service.configuration.organisation_csv import by_row, parse_csv
from approval_service.configuration.organisation_file import parse
from approval_service.domain.organisation.errors import OrganisationInvalid
from opentas_shared.domain.time import Moment
from opentas_shared.web.circumstances import context_of
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import header

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork

CSV = "text/csv"
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
            CSV: {"schema": {"type": "string"}},
        },
    }
}
router = APIRouter(prefix="/v1", tags=["organisation"])


@router.post(
    "/organisation/import",
    response_model=ImportOutcome,
    summary="Import an organisation file",
    responses=problems(400, 403, 422),
    openapi_extra=BODY,
)
async def import_organisation_file(
    caller: Administrator, request: Request, commands: Runner
) -> dict[str, Any]:
    """Bring departments, people and calendars to what the file says; twice changes nothing.

    YAML or JSON with all three, or with `Content-Type: text/csv` one CSV file with the header
    `id,name,name_zh,parent_id,head_id,calendar_id` (departments) or
    `id,name,department_id,posts,roles,superior_id,active` (people; codes by semicolons). What
    the file does not name stays as it is; somebody who left gets `active: false`.
    """
    in_rows = (header(request, b"content-type") or "").partition(";")[0].strip() == CSV
    content = await request.body()

    def run(work: UnitOfWork) -> dict[str, Any]:
        import_organisation(command, work)
        return outcome(file, work)

    try:
        file = parse_csv(content) if in_rows else parse(content)
        command = ImportOrganisation(file, Moment.now())
        return await commands.executor.run(run, context_of(command, caller, request))
    except OrganisationInvalid as error:
        raise (by_row(error) if in_rows else error) from None
