"""A whole small service of notes, to test the web kit and to show its use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Column, DateTime, Integer, Table, Text, Uuid, select

from opentas_shared.contracts.contract import Contract
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import AlreadyExists, NotFound, RuleBroken
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.organisation.directory import add_directory
from opentas_shared.persistence.projection import Projection
from opentas_shared.persistence.tables import kernel_metadata
from opentas_shared.runtime.service import Service
from opentas_shared.runtime.settings import SharedSettings
from opentas_shared.web.allowed import AllowedCommands, allowed_commands, attempt
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.batch import BatchAnswer, BatchItem
from opentas_shared.web.bodies import ApiModel
from opentas_shared.web.commands import Commands, commands
from opentas_shared.web.concurrency import single
from opentas_shared.web.filters import narrowed, owned_by, searched
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.reference import choices, reference_router
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import ensure_visible, visible_owners
from opentas_shared.web.waiting import preference_applied, waited

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork

METADATA = kernel_metadata()
add_directory(METADATA)
notes = Table(
    "notes",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)


class Note(Aggregate):
    """A note with a title."""

    class Created(CreatedEvent):
        """It was written."""

        TOPIC = "note.written"
        title: str
        owner_id: str
        due_at: datetime | None

    class Renamed(AggregateEvent):
        """Its title was changed."""

        TOPIC = "note.renamed"
        title: str

    @event(Created)
    def __init__(self, title: str, owner_id: str, due_at: datetime | None) -> None:
        self.title = title
        self.owner_id = owner_id
        self.due_at = due_at

    @classmethod
    def write(cls, command: WriteNote) -> Note:
        """A new note."""
        return cls.create(
            cls.Created,
            command.note_id,
            command.at,
            title=command.title,
            owner_id=command.owner_id,
            due_at=command.due_at,
        )

    def rename(self, title: str, at: Moment, waived: frozenset[str] = frozenset()) -> None:
        """Change the title; it must be another one (N-01)."""
        if title == self.title and "N-01" not in waived:
            raise RuleBroken("The title is the same.", rule="N-01")
        self.trigger(Note.Renamed, at, title=title)

    @event(Renamed)
    def _renamed(self, title: str) -> None:
        self.title = title


@dataclass(frozen=True)
class WriteNote:
    """Write a note."""

    note_id: UUID
    title: str
    owner_id: str
    due_at: datetime | None = None
    at: Moment = field(default_factory=Moment.now)


@dataclass(frozen=True)
class RenameNote:
    """Rename a note."""

    note_id: UUID
    title: str
    at: Moment
    waived: frozenset[str] = frozenset()


def write(command: WriteNote, work: UnitOfWork) -> None:
    """Write a note; a title may exist once per owner."""
    if command.title.startswith("unique"):
        same = select(notes.c.id).where(
            notes.c.title == command.title, notes.c.owner_id == command.owner_id
        )
        if work.rows.select(same):
            raise AlreadyExists(f"A note {command.title} exists.")
    work.save(Note.write(command))


def rename(command: RenameNote, work: UnitOfWork) -> None:
    """Rename a note."""
    note = work.get(Note, command.note_id)
    note.rename(command.title, command.at, command.waived)
    work.save(note)


def apply(event: AggregateEvent, recorded: Recorded, rows: Rows) -> None:
    """Keep the row of a note."""
    match event:
        case Note.Created():
            rows.new(
                notes,
                {
                    "id": event.originator_id,
                    "version": event.originator_version,
                    "title": event.title,
                    "owner_id": event.owner_id,
                    "due_at": event.due_at,
                    "created_at": recorded.recorded_at,
                    "updated_at": recorded.recorded_at,
                },
            )
        case Note.Renamed():
            row = rows.get(notes, id=event.originator_id) or {}
            row |= {
                "title": event.title,
                "version": event.originator_version,
                "updated_at": recorded.recorded_at,
            }
            rows.put(notes, row)


def view(work: UnitOfWork, id: UUID) -> dict[str, Any]:
    """The note as it stands after the command."""
    row = work.rows.get(notes, id=id)
    assert row is not None
    return row


class NoteWritten(Contract):
    """A note was written."""

    TYPE = "org.opentas.note.written.v1"
    TOPIC = "opentas.sample-service.note.v1"
    note_id: UUID
    title: str


class NoteBody(ApiModel):
    """A new note."""

    title: str = Field(min_length=1, max_length=40, examples=["Call them"])
    due_at: AwareDatetime | None = None
    effective_at: AwareDatetime | None = None


class RenameBody(ApiModel):
    """A new title."""

    title: str
    effective_at: AwareDatetime | None = None
    waived: list[str] = Field(default_factory=list)


class BatchBody(ApiModel):
    """Many notes."""

    items: list[NoteBody] = Field(max_length=500)


class NoteView(BaseModel):
    """A note."""

    id: UUID
    version: int
    title: str
    owner_id: str
    due_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NoteList(BaseModel):
    """A page of notes."""

    items: list[NoteView]
    next: str | None
    prev: str | None
    total: int | None = None


Writer = Annotated[Caller, Depends(requires("leads:write"))]
Reader = Annotated[Caller, Depends(requires("leads:read"))]
Run = Annotated[Commands, Depends(commands)]
router = APIRouter(tags=["notes"])


@router.post("/v1/notes", response_model=NoteView, summary="Write a note", **creates(409))
async def write_note(body: NoteBody, request: Request, caller: Writer, run: Run) -> Response:
    """Write a note of one's own."""
    command = WriteNote(
        new_id(),
        body.title,
        caller.subject,
        body.due_at,
        run.moment(body.effective_at, caller),
    )
    return await run.create(
        write,
        command,
        view=lambda work: view(work, command.note_id),
        location="/v1/notes/{id}",
        caller=caller,
        request=request,
    )


@router.post(
    "/v1/notes/{note_id}/title", response_model=NoteView, summary="Rename a note", **changes()
)
async def rename_note(
    note_id: UUID, body: RenameBody, request: Request, caller: Writer, run: Run
) -> Response:
    """Rename a note."""
    at = run.moment(body.effective_at, caller)
    command = RenameNote(note_id, body.title, at, run.waived(body.waived, caller))
    return await run.change(
        rename,
        command,
        id=note_id,
        view=lambda work: view(work, note_id),
        caller=caller,
        request=request,
    )


@router.post(
    "/v1/note-batches",
    status_code=207,
    response_model=BatchAnswer,
    summary="Write many notes",
    responses=problems(400),
)
async def write_notes(body: BatchBody, request: Request, caller: Writer, run: Run) -> Response:
    """Write many notes, each by itself."""

    def item(note: NoteBody) -> BatchItem:
        command = WriteNote(new_id(), note.title, caller.subject, note.due_at)

        def one(work: UnitOfWork) -> dict[str, Any]:
            write(command, work)
            return {"id": command.note_id, "version": 1, "outcome": "CREATED"}

        return BatchItem(note.title, one)

    return await run.batch([item(note) for note in body.items], caller, request)


@router.get("/v1/notes", response_model=NoteList, summary="List notes", **lists())
def list_notes(
    request: Request,
    page: PageQuery,
    caller: Reader,
    title: str | None = None,
    q: str | None = None,
    created_at_gte: AwareDatetime | None = None,
) -> Response:
    """List the notes in the caller's data scope."""
    with resources(request).database.read() as connection:
        statement = searched(
            narrowed(
                select(notes),
                equal={notes.c.title: title},
                at_least={notes.c.created_at: created_at_gte},
            ),
            q,
            notes.c.title,
        )
        visible = visible_owners(caller, request, connection)
        return paginate(
            connection,
            owned_by(statement, notes.c.owner_id, visible),
            page,
            sorts={
                "updated_at": notes.c.updated_at,
                "title": notes.c.title,
                "due_at": notes.c.due_at,
            },
            default_sort="-updated_at",
            key=notes.c.id,
            view=lambda row: {column.name: row[column.name] for column in notes.columns},
        )


@router.get("/v1/notes/{note_id}", response_model=NoteView, summary="Read a note", **reads_one())
async def read_note(note_id: UUID, request: Request, caller: Reader) -> Response:
    """Read a note; with ``Prefer: wait=5`` wait for it."""

    def fetch() -> dict[str, Any]:
        with resources(request).database.read() as connection:
            row = connection.execute(select(notes).where(notes.c.id == note_id)).mappings().first()
            if row is None:
                raise NotFound("note", note_id)
            visible = visible_owners(caller, request, connection)
        ensure_visible("note", note_id, row["owner_id"], visible)
        return dict(row)

    return single(request, await waited(request, fetch), headers=preference_applied(request))


@router.get(
    "/v1/notes/{note_id}/history", response_model=History, summary="What happened to a note"
)
def read_note_history(note_id: UUID, request: Request, caller: Reader) -> dict[str, Any]:
    """Every event of a note, oldest first."""
    return history(resources(request).events, note_id)


@router.get(
    "/v1/notes/{note_id}/allowed-commands",
    response_model=AllowedCommands,
    summary="What can be done with a note",
)
def list_allowed_note_commands(note_id: UUID, request: Request, caller: Reader) -> AllowedCommands:
    """The commands of a note and why some are not allowed."""
    note = resources(request).events.load(Note, note_id)
    path = f"/v1/notes/{note_id}/title"
    return allowed_commands([attempt("title", path, lambda: note.rename(note.title, Moment.now()))])


@router.get("/v1/crash", summary="Crash")
async def crash() -> Response:
    """A fault of ours."""
    raise RuntimeError("secret detail")


class SampleSettings(SharedSettings):
    """With databases of their own."""

    sample_database: str = "opentas_sample"
    echo_database: str = "opentas_echo"


SERVICE = Service(
    name="sample-service",
    title="Sample service",
    title_zh="示例服务",
    settings=SampleSettings,
    metadata=METADATA,
    migrations=Path(__file__).parent / "migrations",
    projections=(Projection("notes", (notes,), apply),),
    publishing={
        Note.Created: lambda event, recorded: NoteWritten(
            note_id=event.originator_id, title=event.title
        )
    },
    aggregates=(Note,),
    routers=(
        router,
        reference_router("sample-service", {"note-colours": choices({"RED": ("Red", "红色")})}),
    ),
)
