"""``opentas up`` as a person uses it: start, look, stop, start again, also after a ``kill -9``."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from opentas.folder import running
from opentas_shared.runtime.embedded_postgres import leftovers
from tests.support import session
from tests.support.up import Up, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def up() -> Iterator[Callable[[str], Up]]:
    """``up(NAME)`` starts it on the data folder of that name; all are ended afterwards."""
    started: list[Up] = []
    place = session.folder() / f"up-{uuid4().hex}"
    place.mkdir()

    def start(name: str) -> Up:
        started.append(Up(place / name))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGKILL)
    for pid_file in place.glob("*/postgres/postmaster.pid"):
        leftovers.stop(int(pid_file.read_text().split()[0]))
    shutil.rmtree(place)


def capture(product: Up) -> str:
    with product.client() as client:
        answer = client.post(
            "/v1/leads",
            json={"title": "MES for the Suzhou plant", "source": "WEBSITE"},
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


def test_everything_is_there_again_after_a_stop_and_after_a_kill(up: Callable[[str], Up]) -> None:
    first = up("data")
    lead = capture(first)
    page = httpx.get(first.url)
    assert page.status_code == 200
    assert "线索" in page.text
    assert "/lead-service/docs" in page.text
    for path in ("/livez", "/readyz", "/metrics", "/lead-service/docs"):
        assert httpx.get(first.url + path).status_code == 200, path
    unknown = httpx.get(first.url + "/v1/nothing")
    assert (unknown.status_code, unknown.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
    assert first.end(signal.SIGINT) == 0
    assert not (first.folder / "postgres" / "postmaster.pid").exists()
    assert "Stopping" in first.said

    second = up("data")
    with second.client() as client:
        assert client.get(f"/v1/leads/{lead}").status_code == 200
        people = client.get("/v1/people", params={"limit": 200}).json()["items"]
        assert len(people) >= 20
    second.end(signal.SIGKILL)

    third = up("data")
    with third.client() as client:
        assert client.get(f"/v1/leads/{lead}").status_code == 200
    assert third.end(signal.SIGTERM) == 0
    assert not (third.folder / "postgres" / "postmaster.pid").exists()


def test_a_second_start_and_other_commands_find_the_running_one(up: Callable[[str], Up]) -> None:
    product = up("data")
    folder = product.folder
    noted = running(folder)
    assert noted is not None
    assert noted.url == product.url

    again = run(folder, "up")
    assert again.returncode == 1
    assert f"already running on {folder} at {product.url}" in again.stderr

    token = run(folder, "token", "--user", "chen.jing").stdout.strip()
    answer = httpx.get(f"{product.url}/v1/leads", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    unknown = run(folder, "token", "--user", "nobody.here")
    assert unknown.returncode == 1
    assert "chen.jing" in unknown.stderr

    assert "0 dead letters" in run(folder, "dlq", "list").stdout
    rebuilt = run(folder, "rebuild", "all", "--check")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr


def test_two_folders_run_side_by_side(up: Callable[[str], Up]) -> None:
    one, two = up("one"), up("two")
    assert one.url != two.url
    lead = capture(one)
    with two.client() as client:
        assert client.get(f"/v1/leads/{lead}").status_code == 404
