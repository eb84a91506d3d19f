"""Data scope by role: the widest of a caller's roles counts."""

from __future__ import annotations

import pytest

from opentas_shared.domain.errors import Forbidden, NotFound
from opentas_shared.runtime.settings import DEFAULT_DATA_SCOPES
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.scope import DataScope, data_scope, ensure_visible


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        ((), DataScope.OWN),
        (("sales_rep",), DataScope.OWN),
        (("sales_supervisor",), DataScope.TEAM),
        (("sales_supervisor", "sales_director"), DataScope.DEPARTMENT),
        (("sales_rep", "admin"), DataScope.ALL),
    ],
)
def test_widest_role_counts(roles: tuple[str, ...], scope: DataScope) -> None:
    assert data_scope(Caller("anna", roles=frozenset(roles)), DEFAULT_DATA_SCOPES) is scope


def test_outside_of_the_scope_it_does_not_exist() -> None:
    ensure_visible("lead", "1", "boris", None)
    ensure_visible("lead", "1", "boris", frozenset({"boris"}))
    for owner in ("anna", None):
        with pytest.raises(NotFound):
            ensure_visible("lead", "1", owner, frozenset({"boris"}))


def test_roles_and_scopes_are_asked_by_name() -> None:
    caller = Caller("anna", roles=frozenset({"admin"}), scopes=frozenset({"leads:read"}))
    caller.needs_role("sales_rep", "admin")
    caller.needs_scope("leads:read")
    with pytest.raises(Forbidden) as refused:
        caller.needs_role("executive", "director")
    assert refused.value.members["policy"] == "role:executive|director"
    with pytest.raises(Forbidden):
        caller.needs_scope("leads:write")
    with pytest.raises(ValueError, match="no scope"):
        requires("leads:burn")
