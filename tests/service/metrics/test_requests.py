"""Parameters that mean nothing, permissions, the schema, and what an answer says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert

from metrics_service.read_models.metadata import metadata
from metrics_service.service import SERVICE
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.tables import freshness, tracking

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from opentas_shared.persistence.database import Database
    from tests.service.metrics.conftest import Caller

FUNNEL = "/v1/metrics/funnel"


@pytest.mark.parametrize(
    ("parameter", "value", "path"),
    [
        ("as_of", "yesterday", FUNNEL),
        ("as_of", "2021-02-30", FUNNEL),
        ("as_of", "2021-01-01T00:00:00", FUNNEL),
        ("as_of", "9999-12-31", FUNNEL),
        ("as_of", "0001-01-01T00:00:00Z", FUNNEL),
        ("from", "0001-01-01", FUNNEL),
        ("to", "9999-12-31", FUNNEL),
        ("time_zone", "Middle/Earth", FUNNEL),
        ("from", "01.02.2021", FUNNEL),
        ("group_by", "weather", FUNNEL),
        ("stage_model", "SM-NONE", FUNNEL),
        ("group_by", "stage", "/v1/metrics/approvals"),
        ("month", "2026-13", "/v1/metrics/approvals/items"),
        ("counted", "all", "/v1/metrics/approvals/tasks"),
        ("rule", "R-99", "/v1/metrics/violations"),
        ("group_by", "stage", "/v1/metrics/lead-conversion"),
        ("reached", "MOON", "/v1/metrics/opportunities"),
        ("stage", "MOON", "/v1/metrics/opportunities"),
        ("month", "2026-13", "/v1/metrics/opportunities"),
        ("month", "2026-00", "/v1/metrics/leads"),
        ("sort", "colour", "/v1/metrics/leads"),
    ],
)
async def test_a_wrong_parameter_is_a_problem_that_names_it(
    ask: Caller, parameter: str, value: str, path: str
) -> None:
    answer = await ask.response(path, **{parameter: value})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


async def test_from_after_to_is_refused(ask: Caller) -> None:
    answer = await ask.response(FUNNEL, **{"from": "2021-02-01", "to": "2021-01-31"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "EMPTY_PERIOD")


async def test_an_unencoded_plus_sign_is_understood(ask: Caller) -> None:
    answer = await ask.get(f"{FUNNEL}?as_of=2021-01-01T08:00:00+08:00&time_zone=UTC")
    assert answer["as_of"] == "2021-01-01T00:00:00Z"


async def test_an_answer_says_how_fresh_it_is(ask: Caller, app: FastAPI) -> None:
    place = {"consumer": SERVICE.name, "topic": "t", "epoch": 1, "dead_letters": 0}
    now = utc_now()
    with app.state.resources.database.begin() as connection:
        for source, partition, position in [("/a", 0, 7), ("/a", 3, 9), ("/b", 0, 4)]:
            row = {**place, "source": source, "partition": partition, "position": position}
            connection.execute(insert(tracking).values(row))
        known: dict[str, Any] = {"consumer": SERVICE.name, "source": "/a", "checked_at": now}
        connection.execute(insert(freshness).values(known | {"oldest_unapplied_at": now}))
    answer = await ask.get("/v1/metrics/approvals")
    assert answer["positions"] == {"/a": 9, "/b": 4}
    assert 0 < answer["age_seconds"] < 60


def test_the_migration_makes_what_the_code_expects(
    database_for: Callable[[Any], Database],
) -> None:
    with database_for(SERVICE).read() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, metadata)
    assert [each for each in differences if "alembic_version" not in str(each)] == []
