"""Random people who give random commands to an approval of a random definition."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.machine import TRANSITIONS, Command
from approval_service.domain.approval.returning import targets
from approval_service.domain.approval.states import SIGNERS, Status, TaskKind
from approval_service.domain.flows.nodes import SUBMITTER
from approval_service.read_models import rounds
from opentas_shared.domain.errors import DomainError
from tests.unit.approval.random_definitions import (
    FACTS,
    NOBODY,
    PEOPLE,
    asking_nodes,
    random_definition,
)
from tests.unit.approval.worlds import NamedRouting, by, moment, requested, root, saying

if TYPE_CHECKING:
    from collections.abc import Callable

    from approval_service.domain.approval.routing import Actor
    from opentas_shared.domain.time import Moment

PAUSE_HOURS = 0.1
RARE = 0.15
"""How often a command is given that ends the story or begins it anew."""


class Story:
    """One approval. ``step`` gives a command; what was accepted is checked against the table."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.definition = random_definition(self.chance)
        self.hours = 0.0
        self.events: list[Any] = []
        self.document: rounds.Rounds = []
        self.said: list[str] = []
        self.given: Counter[Command] = Counter()
        pick = self.chance.choice
        self.routing = NamedRouting(
            absent={NOBODY},
            admins=("root",),
            deputies={pick(PEOPLE): pick(PEOPLE) for _ in range(self.chance.randint(0, 2))},
            superiors=dict(zip(PEOPLE, [*PEOPLE[1:], "root"], strict=True)),
        )
        facts: dict[str, Any] = {fact: True for fact in FACTS if self.chance.random() < 1 / 2}
        self.approval = requested(pick(PEOPLE), self._form(), **facts)
        self._give(
            Command.START,
            lambda: self.approval.start(self.definition, self.routing, moment()),
        )

    def step(self) -> None:
        """Let somebody do something."""
        rest = {
            Status.RUNNING: [self._decide] * 6
            + [self._hand_back, self._involve, self._involve, self._withdraw, self._claim]
            + [self._remove_signer, self._time_passes, self._act],
            Status.RETURNED: [self._resubmit] * 3 + [self._withdraw, self._act],
        }
        ended = [self._facts_move, self._act, self._resubmit]
        self.chance.choice(rest.get(self.approval.status, ended))()

    def _decide(self) -> None:
        actor, task = self._somebody()
        opinion = saying(f"c{len(self.events)}")
        agreed = self.chance.random() < 3 / 4
        node = self.definition.by_id.get(task.node) if task else None
        if agreed and getattr(node, "chosen_by_approver", False) and self.chance.random() < 1 / 2:
            people = {"people": [self.chance.choice(PEOPLE)]}
            opinion = saying(opinion.comment, next=people, form_changes={"n": self.hours})
        command = Command.APPROVE if agreed else Command.REJECT
        call = self.approval.approve if agreed else self.approval.reject
        if self._give(command, lambda: call(actor, opinion, self.routing, self._at())):
            self.said.append(opinion.comment)

    def _hand_back(self) -> None:
        actor, task = self._somebody()
        possible = [one.node for one in targets(self.approval, task)] if task else []
        to = self.chance.choice([*possible, *possible, SUBMITTER, "n1"])
        opinion = saying(f"c{len(self.events)}")
        straight = self.chance.random() < 1 / 2
        accepted = self._give(
            Command.RETURN,
            lambda: self.approval.return_to(
                to, actor, opinion, self.routing, self._at(), return_to_me=straight
            ),
        )
        if accepted:
            self.said.append(opinion.comment)

    def _involve(self) -> None:
        actor, _ = self._somebody()
        person = self.chance.choice(PEOPLE)
        a, at, routing = self.approval, self._at(), self.routing
        how = self.chance.choice([*sorted(SIGNERS), TaskKind.ADVICE, None])
        if how is None:
            self._give(Command.TRANSFER, lambda: a.transfer(person, actor, "t", routing, at))
        elif how is TaskKind.ADVICE:
            self._give(Command.DELEGATE, lambda: a.delegate(person, actor, "d", routing, at))
        else:
            self._give(
                Command.ADD_SIGNER, lambda: a.add_signer(person, how, actor, "s", routing, at)
            )

    def _claim(self) -> None:
        actor, _ = self._somebody()
        holders = [one for one in self.approval.open_tasks if self.approval.claimed_from(one)]
        release = bool(holders) and self.chance.random() < 3 / 4
        command = Command.RELEASE if release else Command.CLAIM
        call = self.approval.release if release else self.approval.claim
        actor = by(holders[0].assignee_id) if release else actor
        self._give(command, lambda: call(actor, "", self.routing, self._at()))

    def _remove_signer(self) -> None:
        added = [one for one in self.approval.tasks.values() if one.live and one.kind in SIGNERS]
        if added:
            task = self.chance.choice(added)
            self._give(
                Command.REMOVE_SIGNER,
                lambda: self.approval.remove_signer(task.id, root(), "", self.routing, self._at()),
            )

    def _withdraw(self) -> None:
        decisions = self.approval.decisions
        last = decisions[-1].acting_as if decisions else "ann"
        actor = by(self.chance.choice([last, last, last, *PEOPLE]))
        self._give(
            Command.WITHDRAW,
            lambda: self.approval.withdraw(actor, "oh", self.routing, self._at()),
        )

    def _resubmit(self) -> None:
        person = self.chance.choice([self.approval.submitter_id] * 3 + ["ann"])
        self._give(
            Command.RESUBMIT,
            lambda: self.approval.resubmit(
                by(person), "again", self._form(), self.routing, self._at()
            ),
        )

    def _act(self) -> None:
        a, at, me, routing = self.approval, self._at(), by(self.approval.submitter_id), self.routing
        to = self.chance.choice([*asking_nodes(self.definition), "n0"])
        calls: dict[Command, Callable[[], None]] = {
            Command.RECALL: lambda: a.recall(me, "", at),
            Command.REVERSE: lambda: a.reverse(me, "", at),
            Command.URGE: lambda: a.urge(me, "", timedelta(minutes=5), at),
            Command.COPY: lambda: a.copy_to(["ann"], me, "", at),
            Command.COMMENT: lambda: a.comment(me, "hm", [], at),
            Command.JUMP: lambda: a.jump(to, root(), "why", routing, at),
        }
        if self.chance.random() < RARE:
            calls = {
                Command.REVOKE: lambda: a.revoke(me, "", at),
                Command.TERMINATE: lambda: a.terminate(root(), "why", at),
            }
        command = self.chance.choice(list(calls))
        self._give(command, calls[command])

    def _time_passes(self) -> None:
        live = [task for task in self.approval.tasks.values() if task.live and task.timers]
        if not live:
            return
        task = self.chance.choice(live)
        timer = self.chance.choice(task.timers)
        self.hours += 2
        fired, before = timer.fired, len(self.events)
        self._give(
            Command.FIRE_TIMER,
            lambda: self.approval.fire_timer(task.id, timer.no, self.routing, self._at()),
        )
        assert fired == (len(self.events) == before), "a timer fires once"

    def _facts_move(self) -> None:
        a, at = self.approval, self._at()
        self._give(Command.GO_STALE, lambda: a.go_stale([], a.facts, self.routing, at))
        if self.chance.random() < 1 / 3:
            self._give(Command.REFRESH, lambda: a.refresh(a.facts, at))

    def _somebody(self) -> tuple[Actor, Any]:
        """Mostly who was asked, at times the administrator for them, at times anybody."""
        tasks, how = self.approval.open_tasks, self.chance.random()
        if not tasks or how < 0.1:
            return by(self.chance.choice(PEOPLE)), None
        person = self.chance.choice(tasks).assignee_id
        first = next(one for one in tasks if one.assignee_id == person)
        return (root(person) if how < 0.2 else by(person)), first

    def _form(self) -> dict[str, Any]:
        return {"next": {"people": [self.chance.choice(PEOPLE)]}, "n": self.hours}

    def _at(self) -> Moment:
        return moment(self.hours)

    def _give(self, command: Command, call: Callable[[], None]) -> bool:
        """What happens is what the table of the state machine says."""
        self.hours += PAUSE_HOURS
        row, before = TRANSITIONS[command], self.approval.status
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
            assert before in row.sources, (command, before)
            assert self.approval.status in row.targets, (command, self.approval.status)
            self.given[command] += 1
        for event in caused:
            if not isinstance(event, events.Created):
                assert isinstance(event, row.events), (command, event)
            self.document = rounds.evolved(self.document, event, self.definition.as_dict())
        self.events += caused
        return True
