"""Random definitions of every kind of node, with every policy, for the promises to hold on."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from approval_service.domain.flows.nodes import ApprovalNode, each
from approval_service.domain.flows.policies import (
    AutomaticOutcome,
    EmptyApprover,
    Limit,
    Mode,
    RejectionPolicy,
    RepeatedApprover,
    SubmitterIsApprover,
    TimerAction,
)
from tests.unit.approval.worlds import (
    automatic,
    branch,
    choice,
    choosing,
    copy,
    definition,
    node,
    parallel,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.nodes import Branch, Node

PEOPLE = ["ann", "bob", "cat", "dan", "sam"]
FACTS = ["big", "strategic", "risky"]
NOBODY = "0"
"""An approver whom the routing does not know."""
DEEPEST = 2


def random_definition(chance: Random) -> Definition:
    """One definition; most of its nodes ask people."""
    numbers = count(1)
    return definition(*_sequence(chance, numbers, 0, chance.randint(2, 4)), reversible_hours=24)


def asking_nodes(flow: Definition) -> list[str]:
    """The nodes that ask people."""
    return [one.id for one in each(flow.nodes) if isinstance(one, ApprovalNode)]


def _sequence(chance: Random, numbers: Iterator[int], depth: int, length: int) -> list[Node]:
    return [_node(chance, numbers, depth) for _ in range(length)]


def _node(chance: Random, numbers: Iterator[int], depth: int) -> Node:
    id = f"n{next(numbers)}"
    kinds = ["approval"] * 6 + ["copy", "chosen", "automatic"]
    if depth < DEEPEST:
        kinds += ["parallel"] * 3 + ["choice"] * 2
    match chance.choice(kinds):
        case "copy":
            return copy(id, *_approvers(chance))
        case "chosen":
            return choosing(id, **_policies(chance))
        case "automatic":
            outcome = chance.choice(list(AutomaticOutcome))
            return automatic(id, outcome, chance.choice(FACTS))
        case "parallel":
            ways = [_branch(chance, numbers, depth, f"{id}b{i}") for i in range(_few(chance, 3))]
            return parallel(id, *ways, when=_condition(chance))
        case "choice":
            ways = [
                _branch(chance, numbers, depth, f"{id}b{i}", chance.choice(FACTS))
                for i in range(chance.randint(0, 2))
            ]
            return choice(id, *ways, _branch(chance, numbers, depth, f"{id}default"))
    return node(id, *_approvers(chance), **_policies(chance))


def _branch(
    chance: Random, numbers: Iterator[int], depth: int, id: str, when: str | None = None
) -> Branch:
    return branch(id, *_sequence(chance, numbers, depth + 1, chance.randint(0, 2)), when=when)


def _few(chance: Random, most: int) -> int:
    return chance.randint(1, most)


def _approvers(chance: Random) -> list[str]:
    return chance.sample([*PEOPLE, NOBODY], chance.choice([0, 1, 2, 2, 3, 4]))


def _condition(chance: Random) -> str | None:
    return chance.choice([None, None, *FACTS])


def _policies(chance: Random) -> dict[str, Any]:
    limit = Limit(
        minutes=90,
        action=chance.choice(list(TimerAction)),
        remind=chance.choice([(), (30,)]),
        to="dan",
    )
    return {
        "mode": chance.choice(list(Mode)),
        "ratio": chance.choice([34, 50, 67, 100]),
        "when": _condition(chance),
        "empty_approver": chance.choice([EmptyApprover.ADMINISTRATOR, *EmptyApprover]),
        "empty_person": "dan",
        "submitter_is_approver": chance.choice(list(SubmitterIsApprover)),
        "repeated_approver": chance.choice(list(RepeatedApprover)),
        "on_rejection": chance.choice([RejectionPolicy.BACK, *RejectionPolicy]),
        "limit": chance.choice([None, limit]),
    }
