"""Who plays: every person acts with a development token of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from opentas.importing.problems import Unusable
from opentas.importing.target import IMPORTER, target
from opentas.token import Holder, signed
from opentas_shared.runtime.settings import SharedSettings

WAIT_SECONDS = 20


class Person:
    """One person at the API; as an importer besides, so that the story can lie in the past."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url, timeout=60, headers={"authorization": f"Bearer {token}"}
        )

    def find(self, path: str, **parameters: Any) -> dict[str, Any] | None:
        """The thing at ``path``, or None."""
        answer = self._client.get(path, params=parameters)
        return None if answer.status_code == httpx.codes.NOT_FOUND else _body(answer)

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The thing at ``path``, waited for if another service has yet to create it."""
        prefer = {"prefer": f"wait={WAIT_SECONDS}"}
        return _body(self._client.get(path, params=parameters, headers=prefer))

    def create(self, path: str, **body: Any) -> dict[str, Any]:
        """A new thing."""
        return _body(self._client.post(path, json=body))

    def batch(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """One item of a batch; its result."""
        [result] = _body(self._client.post(path, json={"items": [item]}))["items"]
        if result.get("problem"):
            raise Unusable(f"{item['natural_key']}: {result['problem']['detail']}")
        return dict(result)

    def act(self, thing: dict[str, Any], path: str, at: datetime, **body: Any) -> dict[str, Any]:
        """A command on a thing as it was read, dated ``at``."""
        return _body(
            self._client.post(
                path,
                json={**body, "effective_at": at.isoformat()},
                headers={"if-match": f'"{thing["version"]}"'},
            )
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


class People:
    """The persons of the organisation by id, and ``importer``, who brings in the leads."""

    def __init__(self, settings: SharedSettings, url: str | None) -> None:
        where = target(url, None)
        self.url = where.url
        self.importer = Person(where.url, where.token)
        self._settings = settings
        self._persons: dict[str, Person] = {}

    def __getitem__(self, id: str) -> Person:
        """The person; ``Unusable`` when the organisation has nobody of this id."""
        if id not in self._persons:
            known = self.importer.find(f"/v1/people/{id}")
            if known is None:
                raise Unusable(
                    f"The story is played by the demonstration organisation, but this product's "
                    f"has nobody called {id}."
                )
            roles = {*known["posts"], *known["roles"], IMPORTER}
            department = known["department_id"] or ""
            holder = Holder(id, tuple(sorted(roles)), known["name"], department)
            self._persons[id] = Person(self.url, signed(self._settings, holder))
        return self._persons[id]

    def close(self) -> None:
        """Close every connection."""
        for person in (self.importer, *self._persons.values()):
            person.close()


def _body(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        request = answer.request
        raise Unusable(
            f"{request.method} {request.url.path} was answered {answer.status_code}: {answer.text}"
        )
    body: dict[str, Any] = answer.json()
    return body
