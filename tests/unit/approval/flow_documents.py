"""Documents in the shape of flow files, for tests of files, faults and drafts."""

from __future__ import annotations

from typing import Any

LABELS = {"zh": "一", "en": "One"}


def entry(id: str = "one", **changes: Any) -> dict[str, Any]:
    return {"id": id, "labels": LABELS, "approvers": [{"role": "legal"}], **changes}


def way(id: str, *nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"id": id, "labels": LABELS, "nodes": list(nodes), **changes}


def branched(kind: str, *branches: dict[str, Any], id: str = "fork", **more: Any) -> dict[str, Any]:
    return {"id": id, "labels": LABELS, "kind": kind, "branches": list(branches), **more}


def machine(id: str, outcome: str, **changes: Any) -> dict[str, Any]:
    return {"id": id, "labels": LABELS, "kind": "AUTOMATIC", "outcome": outcome, **changes}


def document(*nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "flow": "my_flow",
        "number": "MY 1",
        "labels": {"zh": "流程", "en": "Flow"},
        "subject": "opportunity",
        "nodes": list(nodes) or [entry()],
        **changes,
    }


def everything() -> dict[str, Any]:
    """A definition that says everything which can be said."""
    sources: list[dict[str, Any]] = [
        {"user": "zhao.min"},
        {"role": "sales_director", "nearest": True},
        {"department": "legal"},
        {"head_of": "owner"},
        {"chain_of_heads": "submitter", "levels": 2, "downwards": True},
        {"submitter": True},
        {"submitter_choice": True},
        {"form_field": "people"},
        {"expression": "owner_id"},
    ]
    careful = entry(
        "careful",
        approvers=sources,
        when="amount_grade == 'A'",
        mode="RATIO",
        ratio=60,
        empty_approver={"user": "zhao.min"},
        submitter_is_approver="SUPERIOR",
        repeated_approver="FIRST_ONLY",
        on_rejection={"back_to": "submitter"},
        comment_required=["REJECTED"],
        fields={"price": "WRITE", "people": "HIDDEN"},
        limit={
            "time": "PT16H",
            "clock": "CALENDAR",
            "remind": ["PT8H", "PT12H"],
            "action": "TRANSFER",
            "to": "zhao.min",
        },
    )
    told = {"id": "told", "labels": LABELS, "kind": "COPY", "recipients": [{"role": "legal"}]}
    return document(
        careful,
        branched(
            "CHOICE",
            way("big", entry("big_one"), when="base_amount_minor > 5"),
            way("else", machine("go_on", "PASS")),
            id="size",
        ),
        branched(
            "PARALLEL",
            way("left", entry("left_one"), told),
            way("right", entry("right_one", approvers=[{"approver_choice": True}])),
            id="both",
        ),
        machine("stop", "REJECT", when="strategic_grade == 'STANDARD'"),
        version=3,
        submitters=["account_manager"],
        reversible_hours=24,
        watched=[{"fact": "base_amount_minor", "percent": 20}, {"fact": "strategic_grade"}],
        form={
            "type": "object",
            "properties": {"price": {"type": "integer"}, "people": {"type": "array"}},
        },
    )
