"""Customers and contacts: register, change, list, read, duplicates (C8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.lead.conftest import Calls

KNOWN = {"name": "华信机械", "phone": "+86 512 6288-0000", "email": "Office@Huaxin.example"}


@pytest.mark.parametrize("kind", ["customers", "contacts"])
@pytest.mark.parametrize(
    ("similar", "matched_on"),
    [
        ({"name": "华信 机械"}, ["name"]),
        ({"name": "Other", "phone": "8651262880000"}, ["phone"]),
        ({"name": "Other", "email": "office@huaxin.EXAMPLE"}, ["email"]),
        (KNOWN, ["name", "phone", "email"]),
    ],
)
async def test_duplicates(
    chen: Calls, kind: str, similar: dict[str, Any], matched_on: list[str]
) -> None:
    known = await chen.post(f"/v1/{kind}", **KNOWN)
    assert known.status_code == 201, known.text
    refused = await chen.post(f"/v1/{kind}", **similar)
    assert (refused.status_code, refused.json()["code"]) == (409, "POSSIBLE_DUPLICATE")
    assert refused.json()["candidates"] == [
        {
            "id": known.json()["id"],
            "name": "华信机械",
            "owner_id": "chen.jing",
            "matched_on": matched_on,
        }
    ]
    forced = await chen.post(f"/v1/{kind}", **similar, force=True)
    assert forced.status_code == 201


async def test_people_of_one_name_at_two_customers_are_two(chen: Calls) -> None:
    ids = [(await chen.post("/v1/customers", name=name)).json()["id"] for name in ("A", "B")]
    for customer_id in ids:
        answer = await chen.post("/v1/contacts", name="王伟", customer_id=customer_id)
        assert answer.status_code == 201
    refused = await chen.post("/v1/contacts", name="王伟", customer_id=ids[0])
    assert refused.status_code == 409
    listed = (await chen.get("/v1/contacts", customer_id=ids[0])).json()["items"]
    assert [item["name"] for item in listed] == ["王伟"]


@pytest.mark.parametrize("kind", ["customers", "contacts"])
async def test_change_read_and_history(chen: Calls, call: Callable[..., Calls], kind: str) -> None:
    created = await chen.post(f"/v1/{kind}", name="Huaxin")
    path = created.headers["location"]
    assert (await chen.get(path)).json() == created.json()
    changed = await chen.patch(path, 1, name="Huaxin Ltd", phone="0512 1", owner_id="wu.hao")
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["owner_id"]) == ("Huaxin Ltd", "wu.hao")
    assert (await chen.get(path)).json() == changed.json()
    assert (await chen.patch(path, 1, name="Late")).status_code == 412
    assert (await chen.patch(path, 2, owner_id="nobody")).status_code == 422
    taken = await chen.patch(path, 2, phone=None, name=None)
    assert (taken.json()["phone"], taken.json()["name"]) == (None, "Huaxin Ltd")
    items = (await chen.get(f"{path}/history")).json()["items"]
    assert items[1]["fields"]["previous"] == {
        "name": "Huaxin",
        "phone": None,
        "owner_id": "chen.jing",
    }
    allowed = (await chen.get(f"{path}/allowed-commands")).json()["items"]
    asked = [("approval-requests", False)] if kind == "customers" else []
    found = [(item["command"], item["allowed"]) for item in allowed]
    assert found == [("change", True), *asked]
    again = await chen.post(f"/v1/{kind}", name="Huaxin Ltd")
    assert again.status_code == 409
    assert [i["name"] for i in (await chen.get(f"/v1/{kind}", q="ltd")).json()["items"]] == [
        "Huaxin Ltd"
    ]
    sun = call("mia", roles=["sales_rep"])
    assert (await sun.get(path)).status_code == 404
    assert (await sun.patch(path, 3, name="Mine")).status_code == 404
    assert (await sun.get(f"/v1/{kind}")).json()["items"] == []


async def test_contact_refusals(chen: Calls) -> None:
    for body, code in (
        ({"role": "BOSS"}, "UNKNOWN_CODE"),
        ({"customer_id": "0198c5c2-6b1e-7cc0-b3a5-3f2f6f0e7a51"}, "UNKNOWN_REFERENCE"),
        ({"email": "nowhere"}, "REQUEST_INVALID"),
        ({"phone": "call me"}, "REQUEST_INVALID"),
    ):
        refused = await chen.post("/v1/contacts", **{"name": "王伟", **body})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_reference(chen: Calls) -> None:
    sources = (await chen.get("/lead-service/v1/reference/lead-sources")).json()["items"]
    assert sources[0] == {
        "code": "WEBSITE",
        "label": "Website",
        "label_zh": "网站",
        "attributes": {"mode": "PASSIVE"},
    }
    boundaries = await chen.get("/lead-service/v1/reference/classification-boundaries")
    assert boundaries.json()["horizons"][0] == {"classification": "GENERAL_HOT", "months": 3}
