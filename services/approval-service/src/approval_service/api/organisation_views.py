"""What the API answers on people, departments, calendars and imports."""

from __future__ import annotations

from datetime import date, datetime

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
    calendar_id: str | None = Field(
        description="Its working calendar; none: that of the department above.", examples=["cn"]
    )
    created_at: datetime
    updated_at: datetime


class HolidayView(BaseModel):
    """Days on which nobody works, and the days worked for them (调休)."""

    name: str = Field(examples=["Spring Festival"])
    name_zh: str = Field(examples=["春节"])
    first: date
    last: date
    make_up_days: list[date]


class SpecialDayView(BaseModel):
    """A day with hours of its own, none when it is free."""

    day: date
    hours: list[str] = Field(examples=[["09:00-12:00"]])


class CalendarView(BaseModel):
    """A working calendar."""

    id: str = Field(examples=["cn"])
    version: int
    name: str = Field(examples=["Mainland China"])
    name_zh: str = Field(examples=["中国大陆工作日历"])
    is_default: bool = Field(description="Whether it counts where nothing names another one.")
    time_zone: str = Field(examples=["Asia/Shanghai"])
    weekdays: list[int] = Field(examples=[[1, 2, 3, 4, 5]], description="1 is Monday.")
    hours: list[str] = Field(examples=[["09:00-12:00", "13:30-18:00"]])
    holidays: list[HolidayView]
    special_days: list[SpecialDayView]
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


class CalendarPage(BaseModel):
    """One page of working calendars."""

    items: list[CalendarView]
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
    calendars: ImportCounts
