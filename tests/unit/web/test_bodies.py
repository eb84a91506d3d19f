"""What a form may hold, so that every reader of the events can take it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from opentas_shared.web.bodies import DEEPEST, LARGEST_NUMBER, ApiModel, FormContent


class Filled(ApiModel):
    """A request with a form."""

    form: FormContent


def nested(levels: int) -> dict[str, Any]:
    """An object of so many levels."""
    content: dict[str, Any] = {}
    for _ in range(levels):
        content = {"in": content}
    return content


@pytest.mark.parametrize(
    "form", [{}, {"a": [LARGEST_NUMBER, -LARGEST_NUMBER, 0.5, True, None, "x"]}, nested(DEEPEST)]
)
def test_content_that_every_reader_takes(form: dict[str, Any]) -> None:
    assert Filled(form=form).form == form


@pytest.mark.parametrize(
    "form",
    [{"a": 1e308}, {"a": [{"b": LARGEST_NUMBER + 1}]}, {"a": float("nan")}, nested(DEEPEST + 1)],
)
def test_content_that_would_be_lost_on_the_way(form: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Filled(form=form)
