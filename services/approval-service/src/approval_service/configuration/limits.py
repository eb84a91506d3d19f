"""Time limits as a flow file says them: ISO 8601 durations of whole minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from approval_service.configuration.files import Entry
from approval_service.domain.flows.policies import Clock, Limit, TimerAction

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=366)


def _whole_minutes(value: timedelta) -> timedelta:
    if not MINUTE <= value <= LONGEST or value % MINUTE:
        raise ValueError("a duration is whole minutes up to P366D, such as PT16H or PT30M")
    return value


Duration = Annotated[timedelta, AfterValidator(_whole_minutes)]


class LimitEntry(Entry):
    """The limit of a task: what happens (``action``) when ``time`` has passed on the clock.

    ``PT16H`` on the working clock are two working days of eight hours.
    """

    time: Duration
    clock: Clock = Clock.WORKING
    action: TimerAction = TimerAction.REMIND
    remind: tuple[Duration, ...] = ()
    to: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.to is not None) != (self.action is TimerAction.TRANSFER):
            raise ValueError("to names the person for the action TRANSFER, and goes with it only")
        if any(moment >= self.time for moment in self.remind):
            raise ValueError("a reminder comes before the limit itself")
        return self

    def as_limit(self) -> Limit:
        """The value of the domain."""
        remind = tuple(sorted(moment // MINUTE for moment in self.remind))
        return Limit(self.time // MINUTE, self.clock, self.action, remind, self.to)

    @classmethod
    def of(cls, limit: Limit) -> LimitEntry:
        """The entry that gives this value."""
        return cls(
            time=limit.minutes * MINUTE,
            clock=limit.clock,
            action=limit.action,
            remind=tuple(minutes * MINUTE for minutes in limit.remind),
            to=limit.to,
        )
