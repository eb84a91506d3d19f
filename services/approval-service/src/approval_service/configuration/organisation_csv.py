"""The organisation as CSV: one file of people, one of departments, each with a header row.

``departments.csv``: ``id,name,name_zh,parent_id,head_id,calendar_id``;
``people.csv``: ``id,name,department_id,posts,roles,superior_id,active``. ``posts`` and ``roles``
hold codes by semicolons; ``active`` is ``true`` or ``false``, by default true. An empty cell is
none; columns may stand in any order, and those that may be empty may be missing.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from approval_service.configuration.organisation_file import OrganisationFile, checked
from approval_service.domain.organisation.errors import OrganisationInvalid
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEPARTMENT = {
    "id": "id",
    "name": "en",
    "name_zh": "zh",
    "parent_id": "parent",
    "head_id": "head",
    "calendar_id": "calendar",
}
PERSON = {
    "id": "id",
    "name": "name",
    "department_id": "department",
    "posts": "posts",
    "roles": "roles",
    "superior_id": "superior",
    "active": "active",
}
HEADERS = f"{','.join(DEPARTMENT)} for departments or {','.join(PERSON)} for people"
_ROW = re.compile(r"/(?:people|departments)/(\d+)(?:/(.*))?")


def parse_csv(text: str | bytes) -> OrganisationFile:
    """Read one file. ``by_row`` brings an ``OrganisationInvalid`` of it to the rows."""
    try:
        content = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
        header = list(reader.fieldnames or ())
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise OrganisationInvalid(f"The file is no CSV in UTF-8: {error}") from None
    departments = "name_zh" in header
    columns = DEPARTMENT if departments else PERSON
    unknown = [name for name in header if name not in columns]
    missing = [name for name in ("id", "name") if name not in header]
    if unknown or missing:
        faults = [f"{name or 'an empty name'} is no column" for name in unknown]
        faults += [f"the column {name} is missing" for name in missing]
        raise OrganisationInvalid(f"The header is wrong: {', '.join(faults)}. It is {HEADERS}.")
    wide = [
        Violation("ROW_WIDTH", f"Row {number}: it does not have the {len(header)} columns.")
        for number, row in enumerate(rows, start=2)
        if None in row or None in row.values()
    ]
    if wide:
        raise OrganisationInvalid(wide[0].detail, violations=wide)
    make = _department if departments else _person
    entries = [make({columns[name]: cell.strip() for name, cell in row.items()}) for row in rows]
    return checked({"departments" if departments else "people": entries})


def by_row(error: OrganisationInvalid) -> OrganisationInvalid:
    """The refusal of a CSV file with the rows in its sentences; the header is row 1."""
    violations = [_located(violation) for violation in error.violations]
    detail = violations[0].detail if violations else error.detail
    return OrganisationInvalid(detail, violations=violations)


def _located(violation: Violation) -> Violation:
    found = _ROW.fullmatch(violation.pointer or "")
    if found is None:
        return violation
    place = f"Row {int(found[1]) + 2}" + (f", {found[2]}" if found[2] else "")
    return Violation(violation.code, f"{place}: {violation.detail}", pointer=violation.pointer)


def _department(cells: Mapping[str, str]) -> dict[str, Any]:
    filled = _filled(cells)
    labels = {name: filled.pop(name, "") for name in ("zh", "en")}
    return {**filled, "labels": labels}


def _person(cells: Mapping[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = _filled(cells)
    for name in ("posts", "roles"):
        if name in filled and (name, filled[name]) != ("roles", "all"):
            filled[name] = _codes(filled[name].split(";"))
    return filled


def _codes(texts: Iterable[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in cells.items() if cell}
