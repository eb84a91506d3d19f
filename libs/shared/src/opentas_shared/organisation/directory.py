"""The directory read model that every service keeps from the organisation's events.

``apply`` writes a published event into the rows; ``REACTIONS`` offers the same as entries for a
service's ``reactions.REACTIONS``. The queries take a connection or the rows of a unit of work.
People who have left stay in the directory (``active`` is false), so that what they own
remains visible to their department.
"""

from opentas_shared.organisation.applying import REACTIONS, apply, put_department, put_person
from opentas_shared.organisation.queries import (
    department,
    people_below,
    people_with_role,
    person,
    posts_of,
    reports_of,
)
from opentas_shared.organisation.records import Department, Person
from opentas_shared.organisation.tables import (
    TABLES,
    add_directory,
    create_directory_v1,
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
    "create_directory_v1",
    "department",
    "directory_departments",
    "directory_people",
    "people_below",
    "people_with_role",
    "person",
    "posts_of",
    "put_department",
    "put_person",
    "reports_of",
]
