"""Bring departments to their places in the tree; those below move along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.domain.organisation.department import Charter, Department, department_uuid
from approval_service.domain.organisation.errors import OrganisationInvalid
from approval_service.domain.organisation.tree import paths
from approval_service.read_models.organisation import CHARTER, departments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def place(wanted: Mapping[str, Charter], work: UnitOfWork, at: Moment) -> None:
    """Register what is new, change what differs; the paths of ``wanted`` are worked out here.

    ``OrganisationInvalid`` when a department would lie below itself.
    """
    known = {row["id"]: _charter(row) for row in work.rows.select(select(departments))}
    charters = {**known, **wanted}
    tree, circular = paths({id: charter.parent_id for id, charter in charters.items()})
    if circular:
        raise OrganisationInvalid(circular[0].detail, violations=circular)
    for id, charter in charters.items():
        placed = replace(charter, path=tree[id])
        if id not in known:
            work.save(Department.register(id, placed, at))
        elif placed != known[id]:
            department = work.get(Department, department_uuid(id))
            department.change(placed, at)
            work.save(department)


def _charter(row: Mapping[Any, Any]) -> Charter:
    return Charter(**{**{name: row[name] for name in CHARTER}, "path": tuple(row["path"])})
