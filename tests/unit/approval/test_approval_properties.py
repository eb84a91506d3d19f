"""Random people, random commands, random definitions: the promises of the state machine.

``make test`` drives 2,000 random steps, ``make properties`` (nightly) 100,000. A failure names
the seed of its story: ``OPENTAS_PROPERTY_SEED=n`` tells that one only.
"""

from __future__ import annotations

import os
import random
from collections import Counter

from approval_service.domain.approval.machine import MACHINE
from tests.unit.approval.promises import all_hold, replay_gives_the_same_state
from tests.unit.approval.stories import Story

STEPS = int(os.environ.get("OPENTAS_PROPERTY_STEPS", "2000"))
SEED = os.environ.get("OPENTAS_PROPERTY_SEED")
STEPS_OF_A_STORY = 40
STEPS_FOR_EVERY_COMMAND = 50_000
"""In so many steps even the rarest command is given."""


def test_the_promises_hold_for_random_commands() -> None:
    given: Counter[str] = Counter()
    stories = 1 if SEED else STEPS // STEPS_OF_A_STORY
    for _ in range(stories):
        seed = int(SEED) if SEED else random.randrange(10**9)
        try:
            given.update(_told(seed))
        except Exception as error:
            raise AssertionError(f"OPENTAS_PROPERTY_SEED={seed}: {error}") from error
    print(f"\n{stories * STEPS_OF_A_STORY} steps, {sum(given.values())} commands accepted:")
    print(", ".join(f"{command} {count}" for command, count in given.most_common()))
    if STEPS >= STEPS_FOR_EVERY_COMMAND and not SEED:
        assert {str(row.command) for row in MACHINE} - set(given) <= {"refuse"}


def _told(seed: int) -> Counter[str]:
    story = Story(seed)
    all_hold(story)
    for step in range(STEPS_OF_A_STORY):
        story.step()
        all_hold(story)
        if step % 10 == 0:
            replay_gives_the_same_state(story)
    replay_gives_the_same_state(story)
    return Counter({str(command): count for command, count in story.given.items()})
