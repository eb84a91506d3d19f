"""The files of ``opentas org import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer

from approval_service.configuration.organisation_csv import by_row, parse_csv
from approval_service.domain.organisation.errors import OrganisationInvalid
from opentas.organisation import from_csv

if TYPE_CHECKING:
    from pathlib import Path

DEPARTMENTS = "id,name,name_zh,head_id\nsales,Sales,销售,zhao.min\n"
PEOPLE = "name,id,department_id,roles\n赵敏,zhao.min,sales,admin;importer\n"


def written(folder: Path, **contents: str) -> list[Path]:
    for name, content in contents.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return [folder / f"{name}.csv" for name in contents]


def test_people_and_departments_are_read_together(tmp_path: Path) -> None:
    file = from_csv(written(tmp_path, departments=DEPARTMENTS, people=PEOPLE))
    assert (file.departments[0].head, file.departments[0].labels.zh) == ("zhao.min", "销售")
    assert (file.people[0].roles, file.people[0].active) == (("admin", "importer"), True)


def test_two_files_of_the_same_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="second file of people"):
        from_csv(written(tmp_path, people=PEOPLE, more=PEOPLE))


def test_rows_are_counted_from_the_header() -> None:
    with pytest.raises(OrganisationInvalid) as refused:
        parse_csv("id,name\nx,X\n'y z,Y\n")
    assert by_row(refused.value).detail.startswith("Row 3, id: ")


def test_all_roles_are_given_by_one_word() -> None:
    assert parse_csv("id,name,roles\nroot,Root,all\n").people[0].roles == "all"
