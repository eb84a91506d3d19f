"""The way of an approval through its definition: entering nodes, joining branches, going on.

A definition is a structure of blocks, so the way is a recursion over it: ``sequence`` enters
nodes until one waits for people, ``after`` goes on behind a node that has finished. Both say
with what they return whether the walk may go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.asking import assign_all, settle
from approval_service.domain.approval.closing import cancel
from approval_service.domain.approval.routing import Case, Verdict
from approval_service.domain.approval.staffing import staff
from approval_service.domain.approval.states import NodeStatus, Reason, Status
from approval_service.domain.flows.nodes import (
    SUBMITTER,
    ApprovalNode,
    AutomaticNode,
    ChoiceNode,
    CopyNode,
    ParallelNode,
)
from approval_service.domain.flows.policies import AutomaticOutcome, RejectionPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.approval.states import Activation
    from approval_service.domain.flows.nodes import Branch, Node
    from approval_service.domain.flows.places import Place
    from opentas_shared.domain.time import Moment


@dataclass(frozen=True)
class Walk:
    """One command's walk: the approval, the world as it is now, and when."""

    approval: Approval
    routing: Routing
    at: Moment

    def from_start(self) -> None:
        """Walk from the first node; at the end of all the approval is approved."""
        if self.sequence(self.approval.plan.nodes, 0):
            self._approve()

    def sequence(self, nodes: Iterable[Node], parent_no: int) -> bool:
        """Enter the nodes in order; false as soon as one waits or the approval has ended."""
        return all(self._enter(node, parent_no) for node in nodes)

    def go_on(self, activation: Activation) -> None:
        """Go on behind a node whose people have agreed, or come back to who sent it there."""
        self._go_on(activation.node, activation.parent_no, activation.back_to)

    def decided(self, activation: Activation) -> None:
        """Draw the consequences of a decision in the node, as far as they go."""
        match settle(self, activation):
            case NodeStatus.APPROVED:
                node = self.approval.plan.approval_node(activation.node)
                if not (node.chosen_by_approver and activation.chosen is not None):
                    self.go_on(activation)
                elif self.ask(node, activation.parent_no):
                    self._after(node.id, activation.parent_no)
            case NodeStatus.REJECTED:
                self._rejected(activation)

    def reenter(self, node_id: str, source: Activation | None, back_to: str | None = None) -> None:
        """Cancel what runs and start again at the node; branches beside it go on.

        ``source`` is from where it is sent back; without it everything that runs is cancelled.
        A parallel node that has been joined is opened again for the branch on the way only.
        """
        plan = self.approval.plan
        place = plan.places[node_id]
        shared = self.approval.shared_context(source, place)
        for running in self.approval.running_within(shared):
            cancel(self.approval, running, Reason.RETURNED, self.at)
        parent_no = shared[-1][0] if shared else 0
        for parallel_id, branch in place.parallels[len(shared) :]:
            parent_no = self._open(plan.by_id[parallel_id], [branch], parent_no)
        if self.ask(plan.approval_node(node_id), parent_no, back_to):
            self._go_on(node_id, parent_no, back_to)

    def ask(self, node: ApprovalNode, parent_no: int, back_to: str | None = None) -> bool:
        """Ask the node's people; true when they have all agreed by machine already."""
        found = staff(node, self.case(node.id), self.routing)
        why = (found.reason_code, found.reason)
        if found.automatic is not None:
            self._pass(node, parent_no, None, *why)
            return self._machine(found.automatic, found.reason_code)
        no = self._next_no()
        self.approval.record(
            events.NodeActivated,
            self.at,
            activation_no=no,
            node=node.id,
            approvers=[one.person for one in found.candidates],
            reason_code=found.reason_code,
            reason=found.reason,
            parent_no=parent_no,
            candidates=[vars(one) for one in found.candidates],
            back_to=back_to,
        )
        activation = self.approval.activation(no)
        assign_all(self, activation)
        return settle(self, activation) is NodeStatus.APPROVED

    def case(self, node_id: str) -> Case:
        """What conditions and sources look at."""
        approval = self.approval
        facts = {**approval.facts, "form": approval.form}
        return Case(approval.flow, approval.submitter_id, facts, node_id, approval.next)

    def _enter(self, node: Node, parent_no: int) -> bool:
        verdict = self.routing.applies(node.when, self.case(node.id))
        if not verdict.applies:
            self._skip(node, parent_no, verdict)
            return True
        match node:
            case ApprovalNode():
                return self.ask(node, parent_no)
            case ChoiceNode():
                branch, code, reason = self._choose(node)
                self._pass(node, parent_no, branch.id, code, reason)
                return self.sequence(branch.nodes, parent_no)
            case ParallelNode():
                return self._fork(node, parent_no)
            case CopyNode():
                self._copy(node)
                self._pass(node, parent_no, None, str(Reason.AUTOMATIC), "")
            case AutomaticNode():
                self._pass(node, parent_no, None, str(Reason.AUTOMATIC), verdict.reason)
                return self._machine(node.outcome, str(Reason.AUTOMATIC))
        return True

    def _go_on(self, node_id: str, parent_no: int, back_to: str | None) -> None:
        if back_to is None:
            self._after(node_id, parent_no)
        elif self.ask(self.approval.plan.approval_node(back_to), parent_no):
            self._after(back_to, parent_no)

    def _after(self, node_id: str, parent_no: int) -> None:
        place = self.approval.plan.places[node_id]
        if self.sequence(place.rest, parent_no):
            self._leave(place, parent_no)

    def _leave(self, place: Place, parent_no: int) -> None:
        """The sequence of the place is finished."""
        if place.within is None:
            self._approve()
        elif not isinstance(place.within.node, ParallelNode):
            self._after(place.within.node.id, parent_no)
        elif self._join(parent_no):
            self._after(place.within.node.id, self.approval.activation(parent_no).parent_no)

    def _choose(self, node: ChoiceNode) -> tuple[Branch, str, str]:
        for branch in node.branches:
            verdict = self.routing.applies(branch.when, self.case(node.id))
            if branch.when is not None and verdict.applies:
                code = verdict.reason_code or str(Reason.CONDITION_TRUE)
                return branch, code, verdict.reason or branch.when
        default = next(branch for branch in node.branches if branch.when is None)
        return default, str(Reason.DEFAULT_BRANCH), ""

    def _fork(self, node: ParallelNode, parent_no: int) -> bool:
        no = self._open(node, [branch.id for branch in node.branches], parent_no)
        for branch in node.branches:
            self.sequence(branch.nodes, no)
            if self.approval.status is not Status.RUNNING:
                return False
        return self._join(no)

    def _open(self, node: Node, branches: list[str], parent_no: int) -> int:
        no = self._next_no()
        self.approval.record(
            events.NodeActivated,
            self.at,
            activation_no=no,
            node=node.id,
            approvers=[],
            reason_code="",
            reason="",
            parent_no=parent_no,
            branches=branches,
        )
        return no

    def _join(self, no: int) -> bool:
        """Complete the parallel node when nothing runs in it any more."""
        running = any(one.status is NodeStatus.ACTIVE for one in self.approval.inside(no))
        activation = self.approval.activation(no)
        if not running and activation.status is NodeStatus.ACTIVE:
            self.approval.complete_node(activation, NodeStatus.APPROVED, self.at)
        return not running

    def _rejected(self, activation: Activation) -> None:
        node = self.approval.plan.approval_node(activation.node)
        if node.on_rejection is RejectionPolicy.END:
            self._end(Status.REJECTED, None)
        else:
            self.send_back(activation, node.back_to, "", return_to_me=False)

    def send_back(
        self, source: Activation, to: str, returned_by: str, *, return_to_me: bool
    ) -> None:
        """退回: to the submitter, or to an earlier node and on from there."""
        if to == SUBMITTER:
            for running in self.approval.running_within([]):
                cancel(self.approval, running, Reason.RETURNED, self.at)
        self.approval.record(
            events.Returned,
            self.at,
            node=source.node,
            returned_by=returned_by,
            to=to,
            return_to_me=return_to_me,
        )
        if to != SUBMITTER:
            self.reenter(to, source, source.node if return_to_me else None)

    def _machine(self, outcome: AutomaticOutcome, code: str) -> bool:
        if outcome is AutomaticOutcome.REJECT:
            self._end(Status.REJECTED, code)
            return False
        return True

    def _approve(self) -> None:
        round = self.approval.round
        asked = any(
            one.round == round and one.status is NodeStatus.APPROVED
            for one in self.approval.activations
        )
        self._end(Status.APPROVED, None if asked else str(Reason.NO_NODE_APPLIES))

    def _end(self, outcome: Status, reason_code: str | None) -> None:
        for running in self.approval.running_within([]):
            cancel(self.approval, running, Reason.REJECTED, self.at)
        form = self.approval.form
        self.approval.record(
            events.Completed, self.at, outcome=str(outcome), reason_code=reason_code, form=form
        )

    def _copy(self, node: CopyNode) -> None:
        found = self.routing.people(node.recipients, self.case(node.id))
        people = [one.person for one in found.candidates]
        if people:
            self.approval.record(
                events.Copied, self.at, node=node.id, people=people, by=None, comment=""
            )

    def _skip(self, node: Node, parent_no: int, verdict: Verdict) -> None:
        why = {"reason_code": verdict.reason_code, "reason": verdict.reason}
        self._note(events.NodeSkipped, node, parent_no, **why)

    def _pass(self, node: Node, parent_no: int, branch: str | None, code: str, reason: str) -> None:
        why = {"reason_code": code, "reason": reason}
        self._note(events.NodePassed, node, parent_no, branch=branch, **why)

    def _note(
        self, event: type[events.ApprovalEvent], node: Node, parent_no: int, **f: Any
    ) -> None:
        no = self._next_no()
        about = {"activation_no": no, "node": node.id, "parent_no": parent_no}
        self.approval.record(event, self.at, **about, **f)

    def _next_no(self) -> int:
        return len(self.approval.activations) + 1
