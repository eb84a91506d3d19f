"""Items on their way: journal, waiting, and finding the step that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from opentas.importing.batches import LATER, Answer
from opentas.importing.journal import Journal
from opentas.importing.rows import Row, Source
from opentas.importing.sending import Pace, Sender, entry
from opentas.importing.steps import Item, Plan, Step
from opentas.importing.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATH = "/v1/opportunities/batch"


class Target:
    """Answers by a function of the item's body."""

    def __init__(self, answer: Callable[[dict[str, Any]], Answer]) -> None:
        self.answer = answer
        self.seen: list[list[dict[str, Any]]] = []

    async def send(self, path: str, items: Sequence[dict[str, Any]]) -> list[Answer]:
        self.seen.append(list(items))
        return [self.answer(item) for item in items]


@pytest.fixture
def sender(tmp_path: Path) -> Callable[[Target], Sender]:
    def make(target: Target) -> Sender:
        journal = Journal(tmp_path / "journal.jsonl", "mark")
        journal.open()
        pace = Pace(batch=2, in_flight=2, patience_seconds=0.3)
        return Sender(target, journal, Tally(), pace, lambda _: None)  # type: ignore[arg-type]

    return make


def item(key: str, *steps: str) -> Item:
    return Item(key, {"key": key}, [Step({"step": name}, (Row(0, (name,), {}),)) for name in steps])


def names(rows: Any) -> set[str]:
    return {row.cells[0] for row in rows}


async def test_what_is_taken_is_kept_in_the_journal_and_not_sent_again(
    sender: Callable[[Target], Sender],
) -> None:
    target = Target(lambda body: Answer(1, "id", "opp"))
    sending = sender(target)
    items = [item("a", "a1", "a2"), item("b", "b1"), item("c", "c1")]
    await sending.send(PATH, items)
    assert sorted(len(request) for request in target.seen) == [1, 2]
    tally = sending._tally
    assert (names(tally.imported), names(tally.already)) == ({"a2", "b1", "c1"}, {"a1"})
    assert sending._journal.entries[entry(PATH, items[0])] == ["id", "opp"]
    target.seen.clear()
    await sending.send(PATH, items)
    assert target.seen == []
    assert tally.opportunities == {"a": "opp", "b": "opp", "c": "opp"}


async def test_only_the_refused_step_of_an_item_is_bad(
    sender: Callable[[Target], Sender],
) -> None:
    def answer(body: dict[str, Any]) -> Answer:
        wrong = any(step["step"] == "a2" for step in body["steps"])
        return Answer(refusal="No.", code="X") if wrong else Answer(len(body["steps"]), "id")

    sending = sender(Target(answer))
    await sending.send(PATH, [item("a", "a1", "a2", "a3"), item("b", "b1")])
    tally = sending._tally
    assert names(tally.imported) == {"a1", "a3", "b1"}
    assert {row.cells[0]: why for row, why in tally.refused.items()} == {"a2": "No."}
    assert list(sending._journal.entries) == [f"{PATH} b"]


async def test_an_opportunity_that_is_not_there_yet_is_waited_for(
    sender: Callable[[Target], Sender],
) -> None:
    seen: list[str] = []

    def answer(body: dict[str, Any]) -> Answer:
        seen.append(body["key"])
        there = body["key"] == "a" and seen.count("a") > 2
        return Answer(1, "id") if there else Answer(refusal="Not yet.", code=LATER)

    sending = sender(Target(answer))
    await sending.send(PATH, [item("a", "a1"), item("never", "n1")], waiting=True)
    assert names(sending._tally.imported) == {"a1"}
    assert names(sending._tally.refused) == {"n1"}


def test_every_row_is_counted_once() -> None:
    rows = [Row(line, (str(line),), {}) for line in range(2, 9)]
    broken = Row(9, (), {})
    source = Source(Path("a.csv"), rows=rows, broken=[(broken, "odd")])
    plan = Plan(ignored={"X": 1}, repeated=1, bad=[(broken, "odd"), (rows[0], "wrong")])
    tally = Tally(
        imported={rows[1], rows[2]},
        already={rows[2], rows[3]},
        refused={rows[1]: "no", rows[4]: "no"},
    )
    counts = tally.counts(source, plan)
    assert (counts.read, counts.imported, counts.already) == (8, 1, 2)
    assert (counts.ignored, counts.bad, counts.unsent) == (1, 4, 0)
