"""How the facts that somebody saw differ from those of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.read_models.flows import definition_in_force
from approval_service.read_models.subject_facts import present

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.persistence.rows import Rows


def difference_to_now(seen: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """What is different now: facts of the subject, its version, the definition in force.

    Facts of which nothing is known since then are left out.
    """
    subject = seen["subject"]
    known = present(rows, subject["type"], subject["id"])
    facts = known["facts"] if known is not None else {}
    definition = definition_in_force(rows, seen["flow"])
    return {
        "facts": [
            {"fact": name, "then": value, "now": facts[name]}
            for name, value in sorted(seen["facts"].items())
            if name in facts and facts[name] != value
        ],
        "subject_version": {
            "then": subject["version"],
            "now": known["version"] if known is not None else None,
        },
        "definition_version": {
            "then": seen["definition"]["version"],
            "now": definition.version if definition is not None else None,
        },
    }
