"""Where approvals spend their time."""

from __future__ import annotations

from fastapi import APIRouter

from metrics_service.api.approval_answers import BottlenecksAnswer
from metrics_service.api.approval_tasks import LIST
from metrics_service.api.asking import Asking, Flow
from metrics_service.reports.bottlenecks import bottlenecks

router = APIRouter(tags=["metrics"])


@router.get("/v1/metrics/approvals/bottlenecks", summary="Bottlenecks and rework per node")
def get_bottlenecks(asked: Asking, flow: Flow = None) -> BottlenecksAnswer:
    """How long each node of a flow keeps approvals waiting, and how often it sends them back.

    Days are those of the first submission; the data scope goes by the submitter. Links are to
    the tasks of the node, whose days are those of the decision.
    """
    with asked.snapshot() as (connection, question):
        items = bottlenecks(connection, question, flow)
        for each in items:
            tasks = {"flow": each["flow"], "node": each["node"]}
            each["links"] = {"tasks": asked.link(LIST, **tasks)}
        return BottlenecksAnswer.model_validate({**asked.context(connection), "items": items})
