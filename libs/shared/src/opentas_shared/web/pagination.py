"""Lists: keyset pagination with signed cursors, sorting by an allow-list, typed filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic_core import to_json
from sqlalchemy import ColumnElement, func, select

from opentas_shared.web.cursors import CursorSigner, Position, binding
from opentas_shared.web.sorting import ordering, parse_sort, restricted, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, RowMapping, Select

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """What a caller asks of a list. ``Annotated[Page, Depends(page)]``, or ``PageQuery``."""

    request: Request
    limit: int
    cursor: str | None
    sort: str | None
    include_total: bool


async def page(
    request: Request,
    limit: Annotated[
        int, Query(description="At most so many items; brought into 1 to 200.")
    ] = DEFAULT_LIMIT,
    cursor: Annotated[
        str | None, Query(description="`next` or `prev` of an earlier answer of this list.")
    ] = None,
    sort: Annotated[
        str | None,
        Query(description="Fields by commas, `-` before a field for descending.", max_length=200),
    ] = None,
    include_total: Annotated[
        bool, Query(description="Also count everything that matches, as `total`.")
    ] = False,
) -> Page:
    """Dependency: the paging parameters of a list."""
    return Page(request, min(max(limit, 1), LARGEST_LIMIT), cursor, sort, include_total)


PageQuery = Annotated[Page, Depends(page)]


def paginate(
    connection: Connection,
    statement: Select[Any],
    page: Page,
    *,
    sorts: Mapping[str, ColumnElement[Any]],
    default_sort: str,
    key: ColumnElement[Any],
    view: Callable[[RowMapping], Mapping[str, Any]] = dict,
) -> Response:
    """Answer one page of ``statement``: ``{"items", "next", "prev"}`` and a ``Link`` header.

    ``sorts`` maps the allowed sort fields to columns, ``key`` is a unique column that makes the
    order total. Filters are already in ``statement``; the cursor is bound to the query
    parameters that made them. ``next`` and ``prev`` are cursors, the links are whole addresses.
    Raises ``RequestInvalid`` (422) for another sort field, ``CursorInvalid`` (400).
    """
    order = parse_sort(page.sort or default_sort, sorts, key)
    signer: CursorSigner = page.request.app.state.cursors
    bound = binding(page.request, page.sort or default_sort)
    position = signer.read(page.cursor, bound, order) if page.cursor else None
    backward = position is not None and position.backward

    total = None
    if page.include_total:
        total = connection.scalar(select(func.count()).select_from(statement.subquery()))
    wanted = statement.add_columns(*(term.labelled for term in order))
    if position is not None:
        wanted = wanted.where(restricted(order, position.values, backward=backward))
    wanted = wanted.order_by(*ordering(order, backward=backward)).limit(page.limit + 1)
    rows = list(connection.execute(wanted).mappings())
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    if backward:
        rows.reverse()

    cursors: dict[str, str | None] = {"next": None, "prev": None}
    if rows and (more or backward):
        cursors["next"] = signer.write(Position(values_of(order, rows[-1]), False), bound)
    if rows and ((more and backward) or (position is not None and not backward)):
        cursors["prev"] = signer.write(Position(values_of(order, rows[0]), True), bound)
    body: dict[str, Any] = {"items": [view(row) for row in rows], **cursors}
    if total is not None:
        body["total"] = total
    links = ", ".join(
        f'<{page.request.url.include_query_params(cursor=cursor)}>; rel="{relation}"'
        for relation, cursor in cursors.items()
        if cursor is not None
    )
    headers = {"link": links} if links else {}
    return Response(to_json(body), headers=headers, media_type="application/json")
