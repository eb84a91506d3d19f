"""Reading settings: a wrong one stops the start with a sentence that says which and why."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings
from pydantic_settings.exceptions import SettingsError

PRIVATE = ("SECRET", "PASSWORD", "URL")
"""Settings whose values no message repeats."""

S = TypeVar("S", bound=BaseSettings)


class WrongSetting(SystemExit):
    """A setting is wrong: the process ends with one sentence that says which and why."""


def load_settings(settings: type[S], **overrides: object) -> S:
    """Read the settings; ``WrongSetting`` with one sentence naming the variable and the fault."""
    prefix = str(settings.model_config.get("env_prefix", ""))
    try:
        return settings(**overrides)  # type: ignore[arg-type]
    except SettingsError as error:
        name = str(error).split('"')[1].upper()
        raise WrongSetting(f"{prefix}{name} is wrong: it is no JSON.") from None
    except ValidationError as error:
        raise WrongSetting(_sentence(error, prefix)) from None


def _sentence(error: ValidationError, prefix: str) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{message}."
    name = prefix + str(first["loc"][0]).upper()
    if first["type"] == "value_error":
        return f"{name} is wrong: {message}."
    if any(word in name for word in PRIVATE):
        return f"{name} is wrong: {message}."
    return f"{name} is wrong: {message} (it is {first['input']!r})."
