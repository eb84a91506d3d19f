"""What the API answers on people, departments and imports."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class PersonView(BaseModel):
    """A person of the organisation."""

    id: str = Field(examples=["chen.jing"])
    version: int
    name: str = Field(examples=["陈静"])
    department_id: str | None = Field(examples=["sales_east"])
    posts: list[str] = Field(examples=[["senior_sales_manager"]], description="岗位; roles too.")
    roles: list[str] = Field(examples=[["account_manager"]])
    superior_id: str | None = Field(examples=["li.wei"])
    active: bool
    created_at: datetime
    updated_at: datetime


class DepartmentView(BaseModel):
    """A department of the organisation."""

    id: str = Field(examples=["sales_east"])
    version: int
    name: str = Field(examples=["Sales East"])
    name_zh: str = Field(examples=["华东销售部"])
    parent_id: str | None = Field(examples=["sales"])
    path: list[str] = Field(description="Ids from the root down to the department itself.")
    head_id: str | None = Field(examples=["li.wei"])
    created_at: datetime
    updated_at: datetime


class PeoplePage(BaseModel):
    """One page of people."""

    items: list[PersonView]
    next: str | None
    prev: str | None
    total: int | None = None


class DepartmentPage(BaseModel):
    """One page of departments."""

    items: list[DepartmentView]
    next: str | None
    prev: str | None
    total: int | None = None


class ImportCounts(BaseModel):
    """What an import did to one kind of thing; the others were as the file says already."""

    registered: int
    changed: int
    in_file: int


class ImportOutcome(BaseModel):
    """What an import did."""

    departments: ImportCounts
    people: ImportCounts
