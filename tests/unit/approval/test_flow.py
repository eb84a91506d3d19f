"""The aggregate of a flow: drafts, versions, retirement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval_service.domain.flows.errors import DefinitionVersionTaken
from approval_service.domain.flows.flow import Flow
from opentas_shared.domain.errors import IllegalTransition, NotFound
from opentas_shared.domain.ids import new_id
from tests.unit.approval.worlds import definition, moment, node

DRAFT = {"flow": "flow"}
FIRST = definition(node("one", "ann"))


def flow() -> Flow:
    return Flow.register("flow", moment())


def topics(flow: Flow) -> list[str]:
    return [event.TOPIC.removeprefix("flow.") for event in flow.collect_events()]  # type: ignore[attr-defined]


def test_a_draft_is_saved_changed_and_discarded() -> None:
    one, id = flow(), new_id()
    one.save_draft(id, DRAFT, "first", moment())
    one.save_draft(id, {**DRAFT, "number": "1"}, "second", moment(1))
    assert one.draft(id) == {"flow": "flow", "number": "1"}
    one.discard_draft(id, moment(2))
    with pytest.raises(NotFound):
        one.draft(id)
    assert topics(one) == ["registered", "draft_saved", "draft_saved", "draft_discarded"]


def test_a_published_draft_is_none_any_more() -> None:
    one, id = flow(), new_id()
    one.save_draft(id, DRAFT, "", moment())
    one.publish(FIRST, moment(1), id)
    assert one.state == "IN_USE"
    assert one.next_version == 2
    with pytest.raises(NotFound):
        one.draft(id)


def test_the_same_content_and_lower_versions_change_nothing() -> None:
    one = flow()
    one.publish(replace(FIRST, version=3), moment())
    one.collect_events()
    one.publish(replace(FIRST, version=3), moment(1))
    one.publish(replace(FIRST, version=2), moment(2))
    assert topics(one) == []


def test_another_content_of_a_known_version_is_refused() -> None:
    one = flow()
    one.publish(FIRST, moment())
    with pytest.raises(DefinitionVersionTaken, match="version 2"):
        one.publish(definition(node("other", "bob")), moment(1))


def test_what_an_older_release_published_counts_as_the_same() -> None:
    one = flow()
    one.publish(FIRST, moment())
    kept = one.versions[1]
    first_form = ("id", "name", "name_zh", "when", "mode", "approvers", "empty_approver")
    kept["nodes"] = [{name: entry[name] for name in first_form} for entry in kept["nodes"]]
    for name in ("submitters", "reversible_hours", "watched"):
        del kept[name]
    one.collect_events()
    one.publish(FIRST, moment(1))
    assert topics(one) == []


def test_a_flow_is_retired_and_reinstated_once() -> None:
    one = flow()
    with pytest.raises(IllegalTransition):
        one.retire("no version", moment())
    one.publish(FIRST, moment())
    with pytest.raises(IllegalTransition):
        one.reinstate("it is in use", moment())
    one.retire("reorganised", moment(1))
    assert one.state == "RETIRED"
    with pytest.raises(IllegalTransition):
        one.retire("again", moment(2))
    one.publish(replace(FIRST, version=2), moment(3))
    assert one.state == "RETIRED", "a file that ships does not bring it back"
    one.reinstate("needed", moment(4))
    assert one.state == "IN_USE"
    assert topics(one)[-3:] == ["retired", "version_published", "reinstated"]
