"""Long-term delegation: which are granted and revoked, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_service.domain.delegation.authority import Authority
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.delegation.errors import DelegationConflict, DelegationInvalid
from approval_service.domain.delegation.term import Term, circle, conflict
from opentas_shared.domain.errors import Forbidden, IllegalTransition
from opentas_shared.domain.time import Moment

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
AT = Moment(NOW)


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


def term(principal: str, deputy: str, first: float = 0, last: float = 7, *flows: str) -> Term:
    return Term(principal, deputy, day(first), day(last), frozenset(flows))


def granted(new: Term, *others: Term, by: Authority | None = None, at: Moment = AT) -> Delegation:
    return Delegation.grant(uuid4(), new, by or Authority(new.principal_id), others, at)


def test_a_delegation_is_granted_and_revoked() -> None:
    delegation = granted(term("chen", "liu", 0, 7, "b", "a"))
    delegation.revoke(Authority("chen"), Moment(day(1)))
    first, second = delegation.collect_events()
    assert isinstance(first, Delegation.Created)
    assert (first.flows, first.granted_by) == (["a", "b"], "chen")
    assert isinstance(second, Delegation.Revoked)
    assert (second.revoked_by, second.deputy_id) == ("chen", "liu")
    with pytest.raises(IllegalTransition, match="REVOKED"):
        delegation.revoke(Authority("chen"), Moment(day(2)))


def test_one_that_has_ended_is_not_revoked() -> None:
    with pytest.raises(IllegalTransition, match="ENDED"):
        granted(term("chen", "liu")).revoke(Authority("chen"), Moment(day(7)))


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        (term("chen", "chen"), ["SELF"]),
        (term("chen", "liu", 7, 7), ["PERIOD_REVERSED"]),
        (term("chen", "chen", 7, 3), ["SELF", "PERIOD_REVERSED"]),
        (term("chen", "liu", -7, 0), ["PERIOD_OVER"]),
    ],
)
def test_what_cannot_work_is_refused(wrong: Term, codes: list[str]) -> None:
    with pytest.raises(DelegationInvalid) as refused:
        granted(wrong)
    assert [violation.code for violation in refused.value.violations] == codes


def test_others_need_the_role_and_a_reason() -> None:
    new = term("chen", "liu")
    with pytest.raises(Forbidden) as refused:
        granted(new, by=Authority("wang", reason="I say so"))
    assert refused.value.members["policy"] == "delegation:principal"
    with pytest.raises(DelegationInvalid, match="Say in reason why"):
        granted(new, by=Authority("wang", administrator=True, reason=" "))
    (event,) = granted(new, by=Authority("wang", administrator=True, reason="ill")).collect_events()
    assert isinstance(event, Delegation.Created)
    assert (event.granted_by, event.reason) == ("wang", "ill")


@pytest.mark.parametrize(
    ("other", "free"),
    [
        (term("chen", "yang", 3, 9), False),
        (term("chen", "yang", 7, 9), True),
        (term("chen", "yang", -3, 0), True),
        (term("chen", "yang", 3, 9, "bid"), False),
        (term("chen", "yang", 3, 9, "scope"), True),
        (term("chen", "liu", 3, 9), True),
        (term("zhao", "yang", 3, 9), True),
    ],
)
def test_nobody_has_two_deputies_for_a_task(other: Term, free: bool) -> None:
    new = term("chen", "liu", 0, 7, "bid")
    if free:
        granted(new, other)
    else:
        with pytest.raises(DelegationConflict, match="represented by yang already"):
            granted(new, other)


@pytest.mark.parametrize(
    ("others", "free"),
    [
        ([term("liu", "chen")], False),
        ([term("liu", "yang"), term("yang", "chen")], False),
        ([term("liu", "yang", 0, 3), term("yang", "chen", 3, 7)], True),
        ([term("liu", "yang", 0, 3, "a"), term("yang", "chen", 0, 3, "b")], True),
        ([term("liu", "yang", 0, 3, "a", "b"), term("yang", "chen", 0, 3, "b")], False),
        ([term("liu", "yang"), term("yang", "liu")], True),
        ([term("liu", "chen", 7, 9)], True),
    ],
)
def test_no_task_comes_back(others: list[Term], free: bool) -> None:
    if free:
        granted(term("chen", "liu"), *others)
    else:
        with pytest.raises(DelegationConflict, match="come back to chen"):
            granted(term("chen", "liu"), *others)


PEOPLE = st.sampled_from(["a", "b", "c", "d"])
TERMS = st.builds(
    term, PEOPLE, PEOPLE, st.integers(0, 4), st.integers(5, 9), st.sampled_from(["", "x", "y"])
).map(lambda one: Term(**{**vars(one), "flows": one.flows - {""}}))


@given(st.lists(TERMS, max_size=12), st.integers(0, 9), st.sampled_from(["x", "y", "z"]))
def test_what_is_granted_never_goes_in_circles(terms: list[Term], at: int, flow: str) -> None:
    """Whatever is granted one by one, at every instant each task has one deputy at its end."""
    accepted: list[Term] = []
    for one in terms:
        if one.principal_id != one.deputy_id and not (
            conflict(one, accepted) or circle(one, accepted)
        ):
            accepted.append(one)
    for person in "abcd":
        seen = [person]
        while True:
            following = {
                one.deputy_id
                for one in accepted
                if one.principal_id == seen[-1] and one.covers(flow, day(at))
            }
            assert len(following) <= 1
            if not following:
                break
            assert following.isdisjoint(seen)
            seen += following
