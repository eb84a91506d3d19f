"""What the API takes for people, departments and working calendars."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from approval_service.configuration.organisation_file import CODE
from approval_service.domain.organisation.calendar import Plan
from approval_service.domain.organisation.department import Charter
from approval_service.domain.organisation.person import Profile
from opentas_shared.web.bodies import ApiModel, Code, Flag, UserId, Whole

Id = Annotated[str, StringConstraints(pattern=CODE)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Codes = Annotated[list[Code], Field(max_length=100)]
Hours = Annotated[list[str], Field(max_length=48)]


class PersonFields(ApiModel):
    """What may be none."""

    department_id: Id | None = Field(None, examples=["sales_east"])
    superior_id: UserId | None = Field(None, examples=["li.wei"])


class NewPerson(PersonFields):
    """A person to be registered."""

    id: Id = Field(examples=["chen.jing"], description="The subject of the person's tokens.")
    name: Name = Field(examples=["陈静"])
    posts: Codes = Field(default_factory=list, examples=[["senior_sales_manager"]])
    roles: Codes = Field(default_factory=list, examples=[["account_manager"]])

    def profile(self) -> Profile:
        """As the domain knows it."""
        fields = self.model_dump(exclude={"id"})
        return Profile(**{**fields, "posts": _each(self.posts), "roles": _each(self.roles)})


class PersonChange(PersonFields):
    """What is not sent stays; null takes department or superior away."""

    name: Name | None = None
    posts: Codes | None = None
    roles: Codes | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        sent = _sent(self, "department_id", "superior_id")
        return {**sent, **{name: _each(sent[name]) for name in ("posts", "roles") if name in sent}}


class DepartmentFields(ApiModel):
    """What may be none."""

    parent_id: Id | None = Field(None, examples=["sales"], description="None: a root.")
    head_id: UserId | None = Field(None, examples=["li.wei"])
    calendar_id: Id | None = Field(None, description="None: that of the department above.")


class NewDepartment(DepartmentFields):
    """A department to be registered."""

    id: Id = Field(examples=["sales_east"])
    name: Name = Field(examples=["Sales East"])
    name_zh: Name = Field(examples=["华东销售部"])

    def charter(self) -> Charter:
        """As the domain knows it; its path is worked out from the tree."""
        return Charter(**self.model_dump(exclude={"id"}), path=())


class DepartmentChange(DepartmentFields):
    """What is not sent stays; null takes parent, head or calendar away."""

    name: Name | None = None
    name_zh: Name | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return _sent(self, "parent_id", "head_id", "calendar_id")


class HolidayPart(ApiModel):
    """Days on which nobody works, and the days worked for them (调休)."""

    name: Name = Field(examples=["Spring Festival"])
    name_zh: Name = Field(examples=["春节"])
    first: date
    last: date
    make_up_days: Annotated[list[date], Field(max_length=100)] = Field(default_factory=list)


class SpecialDayPart(ApiModel):
    """A day with hours of its own, none when it is free."""

    day: date
    hours: Hours = Field(default_factory=list, examples=[["09:00-12:00"]])


Weekdays = Annotated[list[Whole], Field(max_length=7, description="1 is Monday.")]
Holidays = Annotated[list[HolidayPart], Field(max_length=2000)]
SpecialDays = Annotated[list[SpecialDayPart], Field(max_length=2000)]
WEEK = [1, 2, 3, 4, 5]
DAY = ["09:00-12:00", "13:30-18:00"]


class NewCalendar(ApiModel):
    """A working calendar to be registered."""

    id: Id = Field(examples=["cn"])
    name: Name = Field(examples=["Mainland China"])
    name_zh: Name = Field(examples=["中国大陆工作日历"])
    is_default: Flag = Field(False, description="True takes it from the one that was.")
    time_zone: Name = Field(examples=["Asia/Shanghai"])
    weekdays: Weekdays = Field(default=WEEK)
    hours: Hours = Field(examples=[DAY], description="Of a working day, in the time zone.")
    holidays: Holidays = Field(default_factory=list)
    special_days: SpecialDays = Field(default_factory=list)

    def plan(self) -> Plan:
        """As the domain knows it."""
        return Plan(**self.model_dump(mode="json", exclude={"id"}))


class CalendarChange(ApiModel):
    """What is not sent stays; a list replaces the whole list."""

    name: Name | None = None
    name_zh: Name | None = None
    is_default: Flag | None = Field(None, description="True takes it from the one that was.")
    time_zone: Name | None = None
    weekdays: Weekdays | None = None
    hours: Hours | None = Field(None, examples=[DAY])
    holidays: Holidays | None = None
    special_days: SpecialDays | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return _sent(self)


def _sent(request: ApiModel, *removable: str) -> dict[str, Any]:
    """The fields that were sent; null leaves those as they are that cannot be taken away."""
    fields = request.model_dump(mode="json")
    return {
        name: fields[name]
        for name in request.model_fields_set
        if fields[name] is not None or name in removable
    }


def _each(codes: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))
