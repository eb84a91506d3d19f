"""Duplicate detection (C8): what has the same name, phone or e-mail, however it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Table

    from opentas_shared.persistence.rows import Rows

MOST_CANDIDATES = 10
KEYS = ("name_key", "phone_key", "email_key")


def keys_of(facts: Any) -> dict[str, str | None]:
    """The comparable forms of name, phone and e-mail."""
    digits = re.sub(r"\D", "", facts.phone or "")
    return {
        "name_key": re.sub(r"\s+", "", facts.name).casefold(),
        "phone_key": digits or None,
        "email_key": facts.email.strip().casefold() if facts.email else None,
    }


def similar(
    rows: Rows, table: Table, facts: Any, *, name_within: ColumnElement[bool] | None = None
) -> Sequence[dict[str, Any]]:
    """At most ten candidates, with nothing of them but id, name, owner and what they match on.

    ``name_within`` narrows where an equal name counts.
    """
    keys = {name: value for name, value in keys_of(facts).items() if value is not None}
    conditions = []
    for name, value in keys.items():
        condition = table.c[name] == value
        if name == "name_key" and name_within is not None:
            condition = condition & name_within
        conditions.append(condition)
    found = rows.select(
        select(table).where(or_(*conditions)).order_by(table.c.id).limit(MOST_CANDIDATES)
    )
    return [
        {
            "id": str(row["id"]),
            "name": row["name"],
            "owner_id": row["owner_id"],
            "matched_on": [
                name.removesuffix("_key") for name, value in keys.items() if row[name] == value
            ],
        }
        for row in found
    ]
