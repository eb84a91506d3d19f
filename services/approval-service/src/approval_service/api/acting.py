"""How every act on an approval is run and answered."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from approval_service.api.access import check_visible, shown
from approval_service.api.views import ApprovalView
from opentas_shared.web.operations import changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request, Response

    from approval_service.api import requests
    from approval_service.commands.acting import Act
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

C = TypeVar("C", bound="Act")


def acts(summary: str) -> dict[str, Any]:
    """``@router.post(path, **acts("Approve"))``: what all acts on an approval have in common."""
    return {"response_model": ApprovalView, "summary": summary, **changes(403, 422)}


def said(body: requests.Act, caller: Caller, commands: Commands) -> dict[str, Any]:
    """What every command of a person has: who, when, and the comment."""
    return {
        "actor": body.actor(caller),
        "at": commands.moment(body.effective_at, caller),
        "comment": body.comment,
    }


async def run(
    function: Callable[[C, UnitOfWork], None],
    command: C,
    caller: Caller,
    request: Request,
    commands: Commands,
) -> Response:
    """Run the command on an approval that the caller can see; the answer is its view."""
    id = command.approval_id

    @wraps(function)
    def seen(command: C, work: UnitOfWork) -> None:
        check_visible(id, caller, request, work.rows)
        function(command, work)

    return await commands.change(
        seen, command, id=id, view=shown(id, caller), caller=caller, request=request
    )
