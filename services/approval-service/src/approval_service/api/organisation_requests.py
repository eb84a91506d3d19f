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
STAYS = "What is not sent stays as it is."


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

    name: Name = Field("", description=STAYS)
    posts: Codes = Field(default_factory=list, description=STAYS)
    roles: Codes = Field(default_factory=list, description=STAYS)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        sent = self.model_dump(exclude_unset=True)
        for name in ("posts", "roles"):
            if name in sent:
                sent[name] = _each(sent[name])
        return sent


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

    name: Name = Field("", description=STAYS)
    name_zh: Name = Field("", description=STAYS)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(exclude_unset=True)


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


WEEK = [1, 2, 3, 4, 5]
DAY = ["09:00-12:00", "13:30-18:00"]


class CalendarFields(ApiModel):
    """The parts of a calendar that have a default."""

    is_default: Flag = Field(False, description="True takes it from the one that was.")
    weekdays: Annotated[list[Whole], Field(max_length=7)] = Field(
        default=WEEK, description="1 is Monday.", examples=[WEEK]
    )
    holidays: Annotated[list[HolidayPart], Field(max_length=2000)] = Field(default_factory=list)
    special_days: Annotated[list[SpecialDayPart], Field(max_length=2000)] = Field(
        default_factory=list
    )


class NewCalendar(CalendarFields):
    """A working calendar to be registered."""

    id: Id = Field(examples=["cn"])
    name: Name = Field(examples=["Mainland China"])
    name_zh: Name = Field(examples=["中国大陆工作日历"])
    time_zone: Name = Field(examples=["Asia/Shanghai"])
    hours: Hours = Field(examples=[DAY], description="Of a working day, in the time zone.")

    def plan(self) -> Plan:
        """As the domain knows it."""
        return Plan(**self.model_dump(mode="json", exclude={"id"}))


class CalendarChange(CalendarFields):
    """What is not sent stays; a list replaces the whole list."""

    name: Name = Field("", description=STAYS)
    name_zh: Name = Field("", description=STAYS)
    time_zone: Name = Field("", description=STAYS)
    hours: Hours = Field(default_factory=list, description=STAYS)

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        whole = self.model_dump(mode="json")
        return {name: whole[name] for name in self.model_fields_set}


def _each(codes: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))
