"""One round of the printed record: its nodes, tasks, opinions and other acts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from approval_service.configuration.record_labels import fact_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from approval_service.api.record_writing import Writer

COLUMNS = ("node", "person", "result", "opinion", "time")


def round_of(round: Mapping[str, Any], write: Writer) -> str:
    """The heading, who submitted it, the table of nodes and the list of acts."""
    title = write.word("round").format(no=round["round"])
    outcome = write.code(round["outcome"])
    by = write.person(round["submitted_by"], round["on_behalf_of"])
    said = filter(None, (by, write.time(round["submitted_at"]), round["comment"]))
    parts = [
        f"<h2>{escape(' · '.join(filter(None, (title, outcome))))}</h2>",
        f"<p>{escape(' · '.join(said))}</p>",
        _moved(round.get("changes") or (), write),
        _table(round["nodes"], write),
        _acts(round.get("acts", ()), write),
    ]
    return "".join(parts)


def _moved(changes: Iterable[Mapping[str, Any]], write: Writer) -> str:
    said = "; ".join(
        f"{write.title(fact_titles(one['fact']))}: "
        f"{write.value(one['approved'])} → {write.value(one['now'])}"
        for one in changes
    )
    return f"<p>{escape(write.word('changes'))}: {escape(said)}</p>" if said else ""


def _table(nodes: Iterable[Mapping[str, Any]], write: Writer) -> str:
    heads = "".join(f"<th>{escape(write.word(name))}</th>" for name in COLUMNS)
    rows = "".join(row for node in nodes for row in _rows(node, write))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _rows(node: Mapping[str, Any], write: Writer) -> Iterator[str]:
    """The node itself, then each task with its opinions."""
    why = _why(node["reason_code"], node["reason"], write)
    state = write.code(node["status"])
    ended = node["completed_at"] or node["activated_at"]
    yield _row((write.title(node, "name"), "", state, why, write.time(ended)))
    for task in node["tasks"]:
        yield from _task(task, write)


def _task(task: Mapping[str, Any], write: Writer) -> Iterator[str]:
    asked = write.person(task["assignee_id"], task.get("principal_id"))
    for timer in task.get("timers_fired", ()):
        to = f" → {write.person(timer['to'])}" if timer["to"] else ""
        machine = write.word("machine")
        said = f"{write.code(timer['action'])}{to}"
        yield _row(("", machine, said, asked, write.time(timer["fired_at"])))
    for opinion in task.get("opinions", ()):
        yield _opinion(task, opinion, write)
    if task["reason_code"] or not task.get("opinions"):
        why = _why(task["reason_code"], task.get("reason", ""), write)
        at = write.time(task["ended_at"] or task["assigned_at"])
        yield _row(("", asked, write.code(task["status"]), why, at))


def _opinion(task: Mapping[str, Any], opinion: Mapping[str, Any], write: Writer) -> str:
    behalf = opinion["on_behalf_of"] or task.get("principal_id")
    advice = f" ({write.code(opinion['advice'])})" if opinion["advice"] else ""
    lines = [opinion["comment"], opinion["on_behalf_reason"]]
    if opinion["form_changes"]:
        lines.append(f"{write.word('changed_form')}: {write.value(opinion['form_changes'])}")
    if opinion["attachments"]:
        lines.append(_attachments(opinion["attachments"], write))
    taken = opinion["withdrawn"]
    if taken is not None:
        by, at = write.person(taken["by"]), write.time(taken["at"])
        lines.append(" · ".join(filter(None, (write.word("withdrawn"), by, at, taken["comment"]))))
    cells = (
        "",
        write.person(opinion["decided_by"], behalf),
        write.code(opinion["decision"]) + advice,
        "\n".join(filter(None, lines)),
        write.time(opinion["decided_at"]),
    )
    return _row(cells, withdrawn=taken is not None)


def _attachments(attachments: Iterable[Mapping[str, Any]], write: Writer) -> str:
    named = (f"{one.get('name')} (SHA-256 {one.get('sha256')})" for one in attachments)
    return f"{write.word('attachments')}: {'; '.join(named)}"


def _acts(acts: Iterable[Mapping[str, Any]], write: Writer) -> str:
    said = "".join(f"<li>{escape(_act(act, write))}</li>" for act in acts)
    return f"<h3>{escape(write.word('acts'))}</h3><ul>{said}</ul>" if said else ""


def _act(act: Mapping[str, Any], write: Writer) -> str:
    to = act.get("signer_id") or act.get("to")
    people = [*([to] if to else []), *(act.get("people") or ())]
    about = [
        write.time(act["at"]),
        write.person(act["by"], act["on_behalf_of"]),
        write.code(act["act"]),
        ", ".join(write.person(one) for one in people),
        act["comment"],
        act["on_behalf_reason"],
    ]
    if act.get("attachments"):
        about.append(_attachments(act["attachments"], write))
    return " · ".join(filter(None, about))


def _why(reason_code: str | None, reason: str, write: Writer) -> str:
    return " · ".join(filter(None, (write.code(reason_code), reason)))


def _row(cells: Iterable[str], *, withdrawn: bool = False) -> str:
    kind = ' class="withdrawn"' if withdrawn else ""
    return f"<tr{kind}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
