"""What every mapping of a file of events says: its columns, and which activities matter."""

from __future__ import annotations

from opentas.importing.mapping import Mapping, Name, Part


class CaseColumns(Part):
    """A row per event of a case; ``event`` is its number, unique within the case.

    Equal times keep the order of the numbers.
    """

    case: Name
    event: Name
    activity: Name
    at: Name

    @property
    def who(self) -> str | None:
        """The column of whoever did it, where there is one."""
        return None


class EventsMapping(Mapping):
    """A file of events, of which those with ``ignored`` activities are known and left out."""

    columns: CaseColumns
    ignored: tuple[Name, ...] = ()

    @property
    def event_columns(self) -> list[str]:
        """The columns that the file must have."""
        raise NotImplementedError

    @property
    def meant(self) -> frozenset[str]:
        """The activities that mean something."""
        raise NotImplementedError

    def key(self, activity: str) -> str:
        """The template of the natural key of what such an event belongs to."""
        raise NotImplementedError


def several(activities: list[str]) -> ValueError | None:
    """What is wrong with activities of which some stand more than once."""
    twice = sorted({activity for activity in activities if activities.count(activity) > 1})
    if not twice:
        return None
    return ValueError(f"each activity has one meaning, but {', '.join(twice)} has several")
