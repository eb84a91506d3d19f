"""Sending batches to a target that refuses, halves, stays away or comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from opentas.importing.batches import Answer, Batches
from opentas.importing.problems import Interrupted, Unusable
from opentas.importing.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/v1/leads/batch"


def batches(answer: Callable[[httpx.Request], httpx.Response], patience: float = 5) -> Batches:
    return Batches(Target("http://t", "token"), 2, patience, httpx.MockTransport(answer))


def taken(request: httpx.Request) -> httpx.Response:
    items = json.loads(request.content)["items"]
    results = [{"id": item["n"], "opportunity_id": None, "steps_taken": 1} for item in items]
    return httpx.Response(207, json={"items": results})


async def test_items_are_answered_in_their_order() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer token"
        problem = {
            "code": "REQUIREMENTS_MISSING",
            "detail": "No.",
            "errors": [{"detail": "R-01."}, {"detail": "No."}],
        }
        results = [{"id": "1", "applied": 2}, {"problem": problem}]
        return httpx.Response(207, json={"items": results})

    assert await batches(answer).send(PATH, [{}, {}]) == [
        Answer(2, "1"),
        Answer(refusal="No. R-01.", code="REQUIREMENTS_MISSING"),
    ]


async def test_a_request_refused_as_a_whole_is_sent_in_halves() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        items = json.loads(request.content)["items"]
        if any(item["n"] == "bad" for item in items):
            return httpx.Response(422, json={"detail": "A value is wrong."})
        return taken(request)

    items = [{"n": name} for name in ("a", "b", "bad", "c", "d")]
    answers = await batches(answer).send(PATH, items)
    assert [one.refusal for one in answers] == [None, None, "A value is wrong.", None, None]


async def test_a_target_that_is_away_for_a_moment_is_waited_for() -> None:
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if len(seen) == 2:
            raise httpx.ReadError("gone")
        return httpx.Response(503) if len(seen) == 3 else taken(request)

    sending = batches(answer)
    await sending.send(PATH, [{"n": "a"}])
    assert await sending.send(PATH, [{"n": "b"}]) == [Answer(1, "b")]
    assert len(seen) == 4


async def test_a_target_that_stays_away_interrupts() -> None:
    with pytest.raises(Interrupted, match="Run the same command again"):
        await batches(lambda _: httpx.Response(503), 0.2).send(PATH, [{}])


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "refuses the token: Expired."),
        (403, "The token may not import"),
        (404, "is no OpenTAS"),
        (500, "answers 500"),
    ],
)
async def test_what_no_waiting_mends_is_a_sentence(status: int, sentence: str) -> None:
    with pytest.raises(Unusable, match=sentence):
        await batches(lambda _: httpx.Response(status, json={"detail": "Expired."})).send(
            PATH, [{}]
        )


async def test_nobody_there_is_a_sentence() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unusable, match="cannot be reached: refused"):
        await batches(answer).send(PATH, [{}])
