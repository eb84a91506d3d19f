"""Who calls: bearer JWT verification and the scope that each operation needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from opentas_shared.domain.errors import Forbidden
from opentas_shared.web.refusals import Unauthenticated
from opentas_shared.web.requests import info

if TYPE_CHECKING:
    from opentas_shared.web.tokens import TokenVerifier

SCOPES = {
    "leads:read": "Read leads, customers and contacts",
    "leads:write": "Capture and change leads, customers and contacts",
    "opportunities:read": "Read opportunities",
    "opportunities:write": "Change opportunities",
    "approvals:read": "Read approvals and the inbox",
    "approvals:write": "Decide, return and resubmit approvals",
    "metrics:read": "Read metrics",
    "organisation:read": "Read people and departments",
    "organisation:write": "Change people and departments",
    "events:read": "Read the published events",
    "import": "Bring in history with its own times",
}
IMPORTER = "importer"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from the verified token. ``subject`` is the user id of the organisation."""

    subject: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    organisation: str = ""
    department: str = ""

    @property
    def imports(self) -> bool:
        """Whether the caller may set ``effective_at`` and waive rules."""
        return IMPORTER in self.roles

    def needs_role(self, *roles: str) -> None:
        """Refuse with ``Forbidden`` (403) unless the caller has one of ``roles``."""
        if not self.roles.intersection(roles):
            names = " or ".join(roles)
            raise Forbidden(f"This needs the role {names}.", policy=f"role:{'|'.join(roles)}")

    def needs_scope(self, scope: str) -> None:
        """Refuse with ``Forbidden`` (403) unless the token has ``scope``."""
        if scope not in self.scopes:
            raise Forbidden(f"Your token lacks the scope {scope}.", policy=f"scope:{scope}")


class Requires(SecurityBase):
    """Dependency: the verified caller, whose token has the scope. 401 or 403 otherwise."""

    def __init__(self, scope: str | None) -> None:
        self.scope = scope
        self.scheme_name = "bearer"
        self.model = HTTPBearerModel(
            bearerFormat="JWT", description="A token of the OpenID Connect provider."
        )

    async def __call__(self, request: Request) -> Caller:
        """Verify the bearer token of the request."""
        identifiers = info(request)
        credentials = identifiers.headers.get(b"authorization", b"")
        if credentials[:7].lower() != b"bearer " or len(credentials) <= 7:
            raise Unauthenticated("Send the header Authorization: Bearer <token>.")
        token = credentials[7:].strip()
        verifier: TokenVerifier = request.app.state.resources.verifier
        caller = verifier.known(token) or await verifier.verify(token)
        identifiers.actor = caller.subject
        if self.scope is not None:
            caller.needs_scope(self.scope)
        return caller


_REQUIRES: dict[str | None, Requires] = {}


def requires(scope: str | None) -> Requires:
    """``Annotated[Caller, Depends(requires("leads:write"))]``; None: any valid token."""
    if scope is not None and scope not in SCOPES:
        raise ValueError(f"{scope} is no scope of OpenTAS")
    return _REQUIRES.setdefault(scope, Requires(scope))
