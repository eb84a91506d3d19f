"""The directory read model that every service keeps from the organisation's events.

``apply`` writes a published event into the rows; ``REACTIONS`` offers the same as entries for a
service's ``reactions.REACTIONS``. The queries take a connection or the rows of a unit of work.
People who have left stay in the directory (``active`` is false), so that what they own
remains visible to their department.
"""

from opentas_shared.organisation.applying import (
    REACTIONS,
    apply,
    put_calendar,
    put_department,
    put_person,
)
from opentas_shared.organisation.calendars import calendar_for_person, calendar_of
from opentas_shared.organisation.heads import chain_of_heads, head_of, superior_of
from opentas_shared.organisation.queries import (
    department,
    departments_upwards,
    holders,
    members,
    people_below,
    person,
    posts_of,
    reports_of,
)
from opentas_shared.organisation.records import Department, Person
from opentas_shared.organisation.tables import (
    TABLES,
    add_directory,
    create_directory_v1,
    create_directory_v2,
    directory_calendars,
    directory_departments,
    directory_people,
)

__all__ = [
    "REACTIONS",
    "TABLES",
    "Department",
    "Person",
    "add_directory",
    "apply",
    "calendar_for_person",
    "calendar_of",
    "chain_of_heads",
    "create_directory_v1",
    "create_directory_v2",
    "department",
    "departments_upwards",
    "directory_calendars",
    "directory_departments",
    "directory_people",
    "head_of",
    "holders",
    "members",
    "people_below",
    "person",
    "posts_of",
    "put_calendar",
    "put_department",
    "put_person",
    "reports_of",
    "superior_of",
]
