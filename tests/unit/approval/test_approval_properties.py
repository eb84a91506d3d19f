"""Random people, random commands, random definitions: the promises of the state machine.

``make test`` drives about 2,000 random steps; ``OPENTAS_PROPERTY_STEPS=100000`` (nightly) more.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from approval_service.domain.approval import events
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.machine import MACHINE, Command, allowed_in
from approval_service.domain.approval.returning import targets
from approval_service.domain.approval.states import (
    ENDED,
    SIGNERS,
    NodeStatus,
    Status,
    TaskKind,
    TaskStatus,
)
from approval_service.domain.flows.nodes import SUBMITTER, ParallelNode
from approval_service.read_models import rounds
from opentas_shared.domain.errors import DomainError
from opentas_shared.persistence.mapping import MAPPER, to_stored
from tests.unit.approval.random_definitions import FACTS, PEOPLE, asking_nodes, definitions
from tests.unit.approval.worlds import NamedRouting, by, moment, requested, root, saying

if TYPE_CHECKING:
    from collections.abc import Callable

    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.states import Activation, Task
    from approval_service.domain.flows.definition import Definition

STEPS = int(os.environ.get("OPENTAS_PROPERTY_STEPS", "2000"))
STEPS_PER_STORY = 40
people = st.sampled_from(PEOPLE)
given: Counter[str] = Counter()
"""How often each command was given and accepted, in all stories."""


class ApprovalMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.hours = 0.0
        self.events: list[Any] = []
        self.document: rounds.Rounds = []
        self.said: list[str] = []
        self.approval: Approval = requested()
        self.routing = NamedRouting(admins=("root",))

    @initialize(
        definition=definitions,
        facts=st.sets(st.sampled_from(FACTS)),
        submitter=people,
        deputies=st.dictionaries(people, people, max_size=2),
        first=people,
    )
    def start(
        self,
        definition: Definition,
        facts: set[str],
        submitter: str,
        deputies: dict[str, str],
        first: str,
    ) -> None:
        form = {"next": {"people": [first]}}
        self.approval = requested(submitter, form, **dict.fromkeys(facts, True))
        self.definition = definition
        self.routing.deputies = deputies
        self.routing.superiors = dict(zip(PEOPLE, [*PEOPLE[1:], "root"], strict=True))
        self._expect(
            Command.START,
            lambda: self.approval.start(definition, self.routing, moment()),
        )

    @rule(data=st.data(), choice=st.integers(0, 9), next=st.none() | people)
    def decide(self, data: st.DataObject, choice: int, next: str | None) -> None:
        actor, task = self._somebody(data)
        opinion = saying(f"c{len(self.events)}")
        if choice < 7:
            node = self.definition.by_id.get(task.node) if task else None
            if next is not None and getattr(node, "chosen_by_approver", False):
                opinion = saying(opinion.comment, next={"people": [next]})
            call = self.approval.approve
        else:
            call = self.approval.reject
        command = Command.APPROVE if choice < 7 else Command.REJECT
        if self._expect(command, lambda: call(actor, opinion, self.routing, self._at())):
            self.said.append(opinion.comment)

    @rule(data=st.data(), straight=st.booleans())
    def hand_back(self, data: st.DataObject, straight: bool) -> None:
        actor, task = self._somebody(data)
        possible = targets(self.approval, task) if task else []
        to = data.draw(st.sampled_from([t.node for t in possible] or [SUBMITTER, "n1"]))
        opinion = saying(f"c{len(self.events)}")
        accepted = self._expect(
            Command.RETURN,
            lambda: self.approval.return_to(
                to, actor, opinion, self.routing, self._at(), return_to_me=straight
            ),
        )
        if accepted:
            self.said.append(opinion.comment)

    @rule(
        data=st.data(),
        person=people,
        how=st.sampled_from([*sorted(SIGNERS), TaskKind.ADVICE, None]),
    )
    def involve(self, data: st.DataObject, person: str, how: TaskKind | None) -> None:
        actor, _ = self._somebody(data)
        a, at = self.approval, self._at()
        if how is None:
            self._expect(
                Command.TRANSFER, lambda: a.transfer(person, actor, "t", self.routing, at)
            )
        elif how is TaskKind.ADVICE:
            self._expect(
                Command.DELEGATE, lambda: a.delegate(person, actor, "d", self.routing, at)
            )
        else:
            self._expect(
                Command.ADD_SIGNER,
                lambda: a.add_signer(person, how, actor, "s", self.routing, at),
            )

    @rule(data=st.data(), release=st.booleans())
    def claim(self, data: st.DataObject, release: bool) -> None:
        actor, _ = self._somebody(data)
        command = Command.RELEASE if release else Command.CLAIM
        call = self.approval.release if release else self.approval.claim
        self._expect(command, lambda: call(actor, "", self.routing, self._at()))

    @rule(data=st.data())
    def remove_signer(self, data: st.DataObject) -> None:
        added = [t for t in self.approval.tasks.values() if t.live and t.kind in SIGNERS]
        if added:
            task = data.draw(st.sampled_from(added))
            self._expect(
                Command.REMOVE_SIGNER,
                lambda: self.approval.remove_signer(
                    task.id, root(), "", self.routing, self._at()
                ),
            )

    @rule(person=people, sure=st.booleans())
    def withdraw(self, person: str, sure: bool) -> None:
        if sure and self.approval.decisions:
            person = self.approval.decisions[-1].acting_as
        self._expect(
            Command.WITHDRAW,
            lambda: self.approval.withdraw(by(person), "oh", self.routing, self._at()),
        )

    @precondition(lambda self: self.approval.status is not Status.REQUESTED)
    @rule(person=people, own=st.booleans(), first=people)
    def resubmit(self, person: str, own: bool, first: str) -> None:
        form = {"next": {"people": [first]}, "n": self.hours}
        actor = by(self.approval.submitter_id if own else person)
        self._expect(
            Command.RESUBMIT,
            lambda: self.approval.resubmit(actor, "again", form, self.routing, self._at()),
        )

    @rule(
        data=st.data(),
        command=st.sampled_from(
            [
                Command.RECALL,
                Command.REVERSE,
                Command.URGE,
                Command.COPY,
                Command.COMMENT,
                Command.JUMP,
                Command.REVOKE,
                Command.TERMINATE,
            ]
        ),
        rarely=st.integers(0, 4),
    )
    def act(self, data: st.DataObject, command: Command, rarely: int) -> None:
        a, at, me = self.approval, self._at(), by(self.approval.submitter_id)
        if command in {Command.REVOKE, Command.TERMINATE} and rarely:
            return
        to = data.draw(st.sampled_from([*asking_nodes(self.definition), "n0"]))
        calls: dict[Command, Callable[[], None]] = {
            Command.RECALL: lambda: a.recall(me, "", at),
            Command.REVERSE: lambda: a.reverse(me, "", at),
            Command.URGE: lambda: a.urge(me, "", timedelta(minutes=5), at),
            Command.COPY: lambda: a.copy_to(["ann"], me, "", at),
            Command.COMMENT: lambda: a.comment(me, "hm", [], at),
            Command.JUMP: lambda: a.jump(to, root(), "why", self.routing, at),
            Command.REVOKE: lambda: a.revoke(me, "", at),
            Command.TERMINATE: lambda: a.terminate(root(), "why", at),
        }
        self._expect(command, calls[command])

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        live = [task for task in self.approval.tasks.values() if task.live and task.timers]
        if live:
            task = data.draw(st.sampled_from(live))
            timer = data.draw(st.sampled_from(task.timers))
            self.hours += 2
            fired = timer.fired
            before = len(self.events)
            self._expect(
                Command.FIRE_TIMER,
                lambda: self.approval.fire_timer(task.id, timer.no, self.routing, self._at()),
            )
            assert fired == (len(self.events) == before)

    @rule(fresh=st.booleans())
    def facts_move(self, fresh: bool) -> None:
        a, at = self.approval, self._at()
        if fresh and a.stale:
            self._expect(Command.REFRESH, lambda: a.refresh(a.facts, at))
        else:
            self._expect(Command.GO_STALE, lambda: a.go_stale([], a.facts, self.routing, at))

    def _somebody(self, data: st.DataObject) -> tuple[Actor, Task | None]:
        """Mostly somebody who was asked, sometimes anybody, sometimes the administrator for them."""
        tasks = self.approval.open_tasks
        how = data.draw(st.integers(0, 9))
        if tasks and how < 8:
            task = data.draw(st.sampled_from(tasks))
            person = task.assignee_id
            first = next(one for one in tasks if one.assignee_id == person)
            return (root(person) if how == 0 else by(person)), first
        return by(data.draw(people)), None

    def _at(self) -> Any:
        return moment(self.hours)

    def _expect(self, command: Command, call: Callable[[], None]) -> bool:
        """Run a command: what happens is what the table of the state machine says."""
        self.hours += 0.1
        row = next(row for row in MACHINE if row.command is command)
        before = self.approval.status
        try:
            call()
        except NoApprover as error:
            raise AssertionError("there is an administrator") from error
        except DomainError:
            pending = self.approval.pending_events
            assert not [one for one in pending if not isinstance(one, events.Created)]
            return False
        caused = self.approval.collect_events()
        if caused:
            assert before in row.sources
            assert self.approval.status in row.targets
            given[command] += 1
        for event in caused:
            if not isinstance(event, events.Created):
                assert isinstance(event, row.events), (command, event)
            rounds.evolve(self.document, event, self.definition.as_dict())
        self.events += caused
        return True

    @invariant()
    def never_stuck(self) -> None:
        live = [task for task in self.approval.tasks.values() if task.live]
        if self.approval.status is Status.RUNNING:
            assert self.approval.open_tasks
        else:
            assert not live
        if self.approval.status not in ENDED and self.approval.status is not Status.REQUESTED:
            assert allowed_in(self.approval.status)

    @invariant()
    def open_tasks_match_the_active_nodes(self) -> None:
        if self.approval.definition is None:
            return
        active = [a for a in self.approval.activations if a.status is NodeStatus.ACTIVE]
        asking = {a.no for a in active if not self._is_parallel(a)}
        assert {task.activation_no for task in self.approval.open_tasks} == asking
        live = {task.activation_no for task in self.approval.tasks.values() if task.live}
        assert live == asking
        if self.approval.status is not Status.RUNNING:
            assert not active

    @invariant()
    def a_join_waits_for_exactly_the_branches_that_were_started(self) -> None:
        started: dict[int, set[str]] = {}
        for event in self.events:
            if isinstance(event, events.NodeActivated) and event.branches is not None:
                started[event.activation_no] = set(event.branches)
        for a in self.approval.activations:
            if not self._is_parallel(a):
                continue
            inside = self.approval.inside(a.no)
            running = [one for one in inside if one.status is NodeStatus.ACTIVE]
            assert (a.status is NodeStatus.ACTIVE) == bool(running)
            entered = {dict(self.approval.context(one))[a.no] for one in inside}
            assert entered <= started[a.no]
            if a.status is NodeStatus.ACTIVE:
                self._nothing_behind(a)

    def _nothing_behind(self, parallel: Activation) -> None:
        place = self.definition.places[parallel.node]
        behind = {node.id for node in place.rest}
        assert not [
            one
            for one in self.approval.activations[parallel.no :]
            if one.node in behind and one.parent_no == parallel.parent_no
        ]

    @invariant()
    def timers_of_live_tasks_run(self) -> None:
        for task in self.approval.tasks.values():
            limit = getattr(self.definition.by_id.get(task.node), "limit", None)
            if limit is not None and task.status is TaskStatus.OPEN:
                assert [t.action for t in task.timers] == [
                    *["REMIND"] * len(limit.remind),
                    limit.action,
                ]
        opened: dict[Any, str] = {}
        for event in self.events:
            if isinstance(event, events.TaskAssigned | events.TaskOpened) and event.timers:
                assert event.timers[-1]["fires_at"] > event.timestamp.isoformat()
                opened[event.task_id] = event.timers[-1]["fires_at"]
        for task in self.approval.tasks.values():
            if task.timers:
                assert task.timers[-1].fires_at == opened[task.id]

    @invariant()
    def replay_gives_the_same_state(self) -> None:
        copy: Any = None
        for event in self.events:
            copy = MAPPER.to_domain_event(to_stored(event)).mutate(copy)
        if copy is not None:
            assert _state(copy) == _state(self.approval)

    @invariant()
    def every_decision_stays_visible(self) -> None:
        decided = [event for event in self.events if isinstance(event, events.TaskDecided)]
        assert [event.comment for event in decided] == self.said
        assert [said.no for said in self.approval.decisions] == list(range(1, len(decided) + 1))
        withdrawn = {e.decision_no for e in self.events if isinstance(e, events.DecisionWithdrawn)}
        assert {said.no for said in self.approval.decisions if said.withdrawn} == withdrawn
        assert set(self.said) <= set(_comments(self.document))

    def _is_parallel(self, activation: Activation) -> bool:
        node = self.definition.by_id[activation.node]
        return isinstance(node, ParallelNode) and activation.status is not NodeStatus.SKIPPED


def _comments(document: Any) -> list[str]:
    """Every text under a ``comment`` anywhere in the document."""
    found: list[str] = []
    if isinstance(document, dict):
        for name, value in document.items():
            found += [value] if name == "comment" and value else _comments(value)
    elif isinstance(document, list):
        for value in document:
            found += _comments(value)
    return found


def _state(approval: Approval) -> dict[str, Any]:
    return {name: value for name, value in vars(approval).items() if name != "_pending_events"}


def test_the_promises_hold_for_random_commands() -> None:
    run_state_machine_as_test(
        ApprovalMachine,
        settings=settings(
            max_examples=STEPS // STEPS_PER_STORY,
            stateful_step_count=STEPS_PER_STORY,
            deadline=None,
        ),
    )
    print(f"\n{sum(given.values())} commands accepted:", dict(given.most_common()))
