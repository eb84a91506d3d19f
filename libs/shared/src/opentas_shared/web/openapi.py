"""The OpenAPI 3.1 document of a service: what FastAPI derives, completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute, iter_route_contexts

from opentas_shared.web.auth import Requires
from opentas_shared.web.problems import Problem, problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

TAGS = {
    "leads": "Leads: captured, classified, assigned, qualified, converted. 线索",
    "customers": "Customers and their contacts. 客户与联系人",
    "opportunities": "Opportunities: stages, grades, gates, won and lost. 商机",
    "approvals": "Approvals and the tasks of approvers. 审批",
    "flows": "Flow definitions: drafts, versions, previews, rehearsals. 流程定义",
    "delegations": "Deputies asked in somebody's place for a while. 长期代理",
    "organisation": "People, departments and working calendars. 组织架构与工作日历",
    "metrics": "Funnel, conversion and approval figures. 指标",
    "reference": "Enumerations with labels in English and Chinese. 基础数据",
    "events": "Published events for subscribers without Kafka. 事件",
}
REPLACED = ("HTTPValidationError", "ValidationError")


def operation_id(route: APIRoute) -> str:
    """``capture_lead`` -> ``captureLead``."""
    first, *rest = route.name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def describe(app: FastAPI) -> None:
    """Make ``app.openapi()`` give the completed document."""
    derive = app.openapi
    for route in api_routes(app):
        route.operation_id = operation_id(route)
    finished: list[dict[str, Any]] = []

    def document() -> dict[str, Any]:
        if not finished:
            finished.append(completed(derive(), required_scopes(app)))
        return finished[0]

    app.openapi = document  # type: ignore[method-assign]


def required_scopes(app: FastAPI) -> dict[str, list[str]]:
    """The scopes that each operation needs, by operation id."""
    scopes: dict[str, list[str]] = {}
    for route in api_routes(app):
        needed = {guard.scope for guard in _guards(route.dependant) if guard.scope}
        scopes[operation_id(route)] = sorted(needed)
    return scopes


def api_routes(app: FastAPI) -> Iterator[APIRoute]:
    """The operations of the application."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route


def _guards(dependant: Dependant) -> Iterator[Requires]:
    if isinstance(dependant.call, Requires):
        yield dependant.call
    for dependency in dependant.dependencies:
        yield from _guards(dependency)


def completed(document: dict[str, Any], scopes: dict[str, list[str]]) -> dict[str, Any]:
    """Add problem answers, scopes, descriptions and tags to what FastAPI derived."""
    used: set[str] = set()
    for methods in document["paths"].values():
        for operation in methods.values():
            _complete(operation, scopes.get(operation["operationId"], []))
            used.update(operation.get("tags", []))
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in REPLACED:
        schemas.pop(name, None)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"))
    schemas["Problem"] = schema
    document["tags"] = [
        {"name": name, "description": TAGS.get(name, name)} for name in sorted(used)
    ]
    return document


def _complete(operation: dict[str, Any], scopes: list[str]) -> None:
    responses = operation["responses"]
    secured = "security" in operation
    statuses = [413, 500, 503, *((401, 403) if secured else ())]
    if "requestBody" in operation:
        statuses.append(400)
    if "422" in responses or "requestBody" in operation:
        statuses.append(422)
    for status, response in problems(*statuses).items():
        responses[str(status)] = response
    operation["responses"] = dict(sorted(responses.items()))
    operation.setdefault("security", [])
    if secured:
        operation["security"] = [{"bearer": []}]
        operation["x-required-scopes"] = scopes
        needs = f"Needs the scope `{'`, `'.join(scopes)}`." if scopes else "Needs a valid token."
        operation["description"] = " ".join(filter(None, [operation.get("description"), needs]))
    operation.setdefault("description", f"{operation.get('summary', '')}.")
