"""Callers that never give up: each command is repeated with its key until it is answered."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

CRITERIA = [
    "NEED_CONFIRMED",
    "BUDGET_CONFIRMED",
    "DECISION_MAKER_IDENTIFIED",
    "TIMELINE_CONFIRMED",
    "SOLUTION_FIT",
]
FACTS = {"scale": "SMALL", "customer_importance": "ORDINARY", "solution_fit": "HIGH"}
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("classification", {"classification": "GENERAL_HOT", "reason": "under load"}),
    ("qualification", {"criteria": CRITERIA}),
    ("conversion", {}),
)
PATIENCE_SECONDS = 120.0


@dataclass
class Accepted:
    """What was answered with success: the last version of each lead, and the repeats."""

    versions: dict[str, int] = field(default_factory=dict)
    converted: set[str] = field(default_factory=set)
    commands: int = 0
    repeated: int = 0
    replayed: int = 0


class Load:
    """``callers`` threads that capture, classify, qualify and convert leads until stopped."""

    def __init__(self, url: str, token: str, accepted: Accepted, callers: int = 4) -> None:
        self.accepted = accepted
        self._failures: list[str] = []
        self._url = url
        self._headers = {"authorization": f"Bearer {token}"}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run) for _ in range(callers)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self._failures, "\n".join(self._failures)

    def _run(self) -> None:
        with httpx.Client(base_url=self._url, headers=self._headers, timeout=5) as client:
            try:
                while not self._stop.is_set():
                    self._story(client)
            except AssertionError as failure:
                self._failures.append(str(failure))

    def _story(self, client: httpx.Client) -> None:
        lead = self._command(client, "/v1/leads", {"title": f"Fault {uuid4()}", **FACTS}, None)
        for step, body in STEPS:
            if self._stop.is_set():
                return
            path = f"/v1/leads/{lead['id']}/{step}"
            lead = self._command(client, path, body, lead["version"])

    def _command(
        self, client: httpx.Client, path: str, body: dict[str, Any], version: int | None
    ) -> dict[str, Any]:
        headers = {"idempotency-key": str(uuid4())}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 300:
                return self._note(path, answer)
            assert answer is None or answer.status_code >= 500, (
                f"{path}: {answer.status_code} {answer.text}"
            )
            assert time.monotonic() < deadline, f"{path}: no answer for {PATIENCE_SECONDS} s"
            with self._lock:
                self.accepted.repeated += 1
            self._stop.wait(0.05)

    def _note(self, path: str, answer: httpx.Response) -> dict[str, Any]:
        lead: dict[str, Any] = answer.json()
        with self._lock:
            self.accepted.commands += 1
            self.accepted.replayed += "idempotency-replayed" in answer.headers
            self.accepted.versions[lead["id"]] = lead["version"]
            if path.endswith("/conversion"):
                self.accepted.converted.add(lead["id"])
        return lead
