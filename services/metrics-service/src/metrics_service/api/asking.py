"""From query parameters and caller to the question of a report, and the snapshot it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from sqlalchemy import Connection

from metrics_service.reports.instants import FIRST_DAY, LAST_DAY, as_of_instant, zone_of
from metrics_service.reports.question import Question
from metrics_service.settings import MetricsSettings
from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.freshness import freshness_of
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.scope import visible_owners

Month = Annotated[str | None, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-03"])]
Flow = Annotated[str | None, Query(examples=["tas_2_1_opportunity_initiation"])]
AsOf = Annotated[
    str | None,
    Query(
        description="A date (the end of that day in the time zone) or an instant with zone: only "
        "events with a time before it count. Default: now.",
        examples=["2026-03-31"],
    ),
]
ZoneName = Annotated[
    str | None,
    Query(
        description="IANA time zone of days and months. Default: the organisation's.",
        examples=["Asia/Shanghai"],
    ),
]
FirstDay = Annotated[
    date | None,
    Query(
        alias="from",
        description="First day, inclusive.",
        examples=["2026-01-01"],
        ge=FIRST_DAY,
        le=LAST_DAY,
    ),
]
LastDay = Annotated[
    date | None,
    Query(
        alias="to",
        description="Last day, inclusive.",
        examples=["2026-03-31"],
        ge=FIRST_DAY,
        le=LAST_DAY,
    ),
]


@dataclass(frozen=True)
class Asked:
    """The parameters that every report has, checked."""

    request: Request
    caller: Caller
    question: Question
    settings: MetricsSettings

    @contextmanager
    def snapshot(self) -> Iterator[tuple[Connection, Question]]:
        """One consistent view of the read models, and the question within the data scope."""
        engine = self.request.app.state.resources.database.engine
        with (
            engine.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ) as connection,
            connection.begin(),
        ):
            owners = visible_owners(self.caller, self.request, connection)
            yield connection, self.question.within(owners)

    def context(self, connection: Connection) -> dict[str, Any]:
        """What every answer says of itself: ``as_of``, ``time_zone``, positions and age."""
        consumer = self.request.app.state.resources.service.name
        known = freshness_of(connection, consumer)
        return {
            "as_of": self.question.as_of.astimezone(self.question.zone),
            "time_zone": self.question.zone.key,
            "positions": known.positions,
            "age_seconds": known.age_seconds,
        }

    def link(self, path: str, **filters: str | None) -> str:
        """The address of the list behind a number: same instant, same days, same filters."""
        question = self.question
        parameters = {
            "as_of": question.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "time_zone": question.zone.key,
            "from": question.first_day,
            "to": question.last_day,
            **filters,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return f"{path}?{urlencode(given)}"


def asked(
    request: Request,
    caller: Annotated[Caller, Depends(requires("metrics:read"))],
    as_of: AsOf = None,
    time_zone: ZoneName = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
) -> Asked:
    """Dependency: the question; 422 for a parameter that means nothing."""
    settings: MetricsSettings = request.app.state.resources.settings
    zone = zone_of(time_zone, settings.zone)
    now: datetime = utc_now()
    question = Question(
        as_of=as_of_instant(as_of, zone, now),
        zone=zone,
        minimum_sample=settings.minimum_sample,
        base_currency=settings.base_currency,
        first_day=first_day,
        last_day=last_day,
    )
    return Asked(request, caller, question, settings)


Asking = Annotated[Asked, Depends(asked)]
