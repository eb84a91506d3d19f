"""Random people, random commands, random definitions: the promises of the state machine."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.machine import MACHINE, Command, allowed_in
from approval_service.domain.approval.states import ENDED, NodeStatus, Status, TaskStatus
from approval_service.read_models import rounds
from opentas_shared.domain.errors import DomainError
from opentas_shared.persistence.mapping import MAPPER, to_stored
from tests.unit.approval.worlds import NamedRouting, by, definition, moment, node, requested

PEOPLE = ["ann", "bob", "cat", "dan", "sam"]
FACTS = ["big", "strategic", "risky"]

nodes = st.lists(
    st.tuples(
        st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=4),
        st.none() | st.sampled_from(FACTS),
    ),
    min_size=1,
    max_size=5,
)


class ApprovalMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.hours = 0
        self.events: list[Any] = []
        self.document: rounds.Rounds = []
        self.said: list[tuple[str, str, str]] = []
        self.approval: Approval = requested()

    @initialize(
        nodes=nodes, facts=st.sets(st.sampled_from(FACTS)), submitter=st.sampled_from(PEOPLE)
    )
    def start(self, nodes: list[Any], facts: set[str], submitter: str) -> None:
        self.approval = requested(submitter, **dict.fromkeys(facts, True))
        steps = [node(f"n{i}", *people, when=when) for i, (people, when) in enumerate(nodes)]
        self.definition = definition(*steps)
        self._expect(
            Command.START,
            lambda: self.approval.start(self.definition, NamedRouting(), moment()),
        )

    @rule(person=st.sampled_from(PEOPLE), comment=st.text(max_size=3), admin=st.booleans())
    def approve(self, person: str, comment: str, admin: bool) -> None:
        self._decide(Command.APPROVE, person, comment, admin)

    @rule(person=st.sampled_from(PEOPLE), comment=st.text(max_size=3), admin=st.booleans())
    def reject(self, person: str, comment: str, admin: bool) -> None:
        if self.hours % 3 == 0:
            self._decide(Command.REJECT, person, comment, admin)

    @rule(person=st.sampled_from(PEOPLE), comment=st.text(max_size=3), admin=st.booleans())
    def hand_back(self, person: str, comment: str, admin: bool) -> None:
        self._decide(Command.RETURN, person, comment, admin)

    @precondition(lambda self: self.approval.status is not Status.REQUESTED)
    @rule(person=st.sampled_from(PEOPLE))
    def resubmit(self, person: str) -> None:
        self._expect(
            Command.RESUBMIT,
            lambda: self.approval.resubmit(
                by(person), "again", {"n": self.hours}, NamedRouting(), moment(self.hours)
            ),
        )

    def _decide(self, command: Command, person: str, comment: str, admin: bool) -> None:
        actor = (
            by("root", on_behalf_of=person, reason="r", administrator=True) if admin else by(person)
        )
        at = moment(self.hours)
        call = {
            Command.APPROVE: lambda: self.approval.approve(actor, comment, NamedRouting(), at),
            Command.REJECT: lambda: self.approval.reject(actor, comment, at),
            Command.RETURN: lambda: self.approval.return_to_submitter(actor, comment, at),
        }[command]
        if self._expect(command, call):
            self.said.append((actor.person, person, comment))

    def _expect(self, command: Command, call: Any) -> bool:
        """Run a command: what happens is what the table of the state machine says."""
        self.hours += 1
        row = next(row for row in MACHINE if row.command is command)
        before = self.approval.status
        try:
            call()
        except DomainError:
            assert not self.approval.pending_events[1 if before is Status.REQUESTED else 0 :]
            return False
        assert before in row.sources
        assert self.approval.status in row.targets
        caused = self.approval.collect_events()
        for event in caused:
            if not isinstance(event, Approval.Created):
                assert isinstance(event, row.events), event
            rounds.evolve(self.document, event, self.definition.as_dict())
        self.events += caused
        return True

    @invariant()
    def never_stuck(self) -> None:
        if self.approval.status is Status.RUNNING:
            assert self.approval.open_tasks
        elif self.approval.status is not Status.REQUESTED:
            assert not self.approval.open_tasks
        if self.approval.status not in ENDED and self.approval.status is not Status.REQUESTED:
            assert allowed_in(self.approval.status)

    @invariant()
    def open_tasks_match_the_active_node(self) -> None:
        active = [a for a in self.approval.activations if a.status is NodeStatus.ACTIVE]
        assert len(active) == (1 if self.approval.status is Status.RUNNING else 0)
        assert {task.activation_no for task in self.approval.open_tasks} == {a.no for a in active}

    @invariant()
    def replay_gives_the_same_state(self) -> None:
        copy: Any = None
        for event in self.events:
            copy = MAPPER.to_domain_event(to_stored(event)).mutate(copy)
        if copy is not None:
            assert _state(copy) == _state(self.approval)

    @invariant()
    def every_decision_stays_visible(self) -> None:
        shown = [
            (task["decided_by"], task["assignee_id"], task["comment"])
            for round in self.document
            for node in round["nodes"]
            for task in node["tasks"]
            if task["decided_by"]
        ]
        assert shown == self.said
        states = {
            task["id"]: task["status"]
            for round in self.document
            for node in round["nodes"]
            for task in node["tasks"]
        }
        assert states == {str(t.id): t.status for t in self.approval.tasks.values()}
        decided = sum(
            task.status in {TaskStatus.APPROVED, TaskStatus.REJECTED, TaskStatus.RETURNED}
            for task in self.approval.tasks.values()
        )
        assert decided == len(self.said)


def _state(approval: Approval) -> dict[str, Any]:
    return {name: value for name, value in vars(approval).items() if name != "_pending_events"}


settings.register_profile("approval", max_examples=60, stateful_step_count=40, deadline=None)
ApprovalMachine.TestCase.settings = settings.get_profile("approval")
TestApprovalMachine = ApprovalMachine.TestCase
