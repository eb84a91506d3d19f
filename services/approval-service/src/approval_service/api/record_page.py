"""The record of an approval as one printable HTML page, without any resource from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from approval_service.api.record_rounds import round_of
from approval_service.api.record_writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from approval_service.configuration.record_labels import Language

STYLE = """
body{font:14px/1.5 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#111;
max-width:60em;margin:2em auto;padding:0 1em}
h1{font-size:1.6em;margin:0 0 .5em}h2{font-size:1.2em;margin:1.5em 0 .4em;
border-bottom:2px solid #111}
table{border-collapse:collapse;width:100%;margin:.5em 0}
th,td{border:1px solid #999;padding:.3em .5em;text-align:left;vertical-align:top;
overflow-wrap:anywhere;white-space:pre-wrap}
th{background:#eee;font-weight:600}.about th{width:16em}
.withdrawn{text-decoration:line-through;color:#555}footer{margin-top:2em;color:#555}
@page{size:A4;margin:16mm}
@media print{body{margin:0;max-width:none;padding:0}tr,h2{break-inside:avoid}
h2{break-after:avoid}thead{display:table-header-group}th{background:none}}
"""


def page(record: Mapping[str, Any], language: Language, now: datetime) -> str:
    """The whole page."""
    write = Writer(language, record["people"], ZoneInfo(record["time_zone"]))
    title = f"{write.word('record')} {record['approval']['id']}"
    parts = [
        f"<h1>{escape(write.word('record'))}</h1>",
        _about(record["approval"], write),
        heading(write.word("facts")),
        _values(record["facts"], write),
        heading(write.word("form")),
        _values(record["form"], write),
        *(round_of(one, write) for one in record["rounds"]),
        heading(write.word("signatures")),
        _signatures(record["signatures"], write),
        f"<footer>{escape(write.word('printed'))}: {escape(write.time(now))} · "
        f"{escape(write.word('zone'))}: {escape(record['time_zone'])}</footer>",
    ]
    lang = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def heading(text: str) -> str:
    """A heading of the second level."""
    return f"<h2>{escape(text)}</h2>"


def _about(approval: Mapping[str, Any], write: Writer) -> str:
    state = write.code(approval["status"])
    if approval["stale"]:
        state = f"{state} · {write.word('stale')}"
    flow = approval["flow_name_zh" if write.language == "zh" else "flow_name"]
    subject = " ".join(
        filter(None, (approval["subject_type"], approval["subject_id"], approval["subject_name"]))
    )
    return _pairs(
        [
            ("flow", " ".join(filter(None, (approval["number"], flow or approval["flow"])))),
            ("definition", str(approval["definition_version"] or "")),
            ("subject", subject),
            ("submitter", write.person(approval["submitter_id"])),
            ("submitted", write.time(approval["submitted_at"])),
            ("completed", write.time(approval["completed_at"])),
            ("status", " ".join(filter(None, (state, approval["reason"])))),
        ],
        write,
    )


def _pairs(pairs: Iterable[tuple[str, str]], write: Writer) -> str:
    rows = (f"<tr><th>{escape(write.word(a))}</th><td>{escape(b)}</td></tr>" for a, b in pairs)
    return f'<table class="about">{"".join(rows)}</table>'


def _values(entries: Iterable[Mapping[str, Any]], write: Writer) -> str:
    rows = [
        f"<tr><th>{escape(write.title(one))}</th><td>{escape(write.value(one['value']))}</td></tr>"
        for one in entries
    ]
    if not rows:
        return f"<p>{escape(write.word('none'))}</p>"
    return f'<table class="about">{"".join(rows)}</table>'


def _signatures(entries: Iterable[Mapping[str, Any]], write: Writer) -> str:
    heads = "".join(
        f"<th>{escape(write.word(name))}</th>" for name in ("node", "person", "result", "time")
    )
    rows = "".join(_signature(one, write) for one in entries)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _signature(one: Mapping[str, Any], write: Writer) -> str:
    behalf = one["on_behalf_of"] or one["principal_id"]
    result = write.code(one["decision"])
    if one["withdrawn"]:
        result = f"{result} ({write.word('withdrawn')})"
    cells = (
        write.title(one, "name"),
        write.person(one["person_id"], behalf),
        result,
        write.time(one["at"]),
    )
    kind = ' class="withdrawn"' if one["withdrawn"] else ""
    return f"<tr{kind}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
