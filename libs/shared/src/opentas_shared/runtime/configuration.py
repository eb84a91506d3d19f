"""Configuration files of a service, and the configuration that its process works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from opentas_shared.runtime.settings import SharedSettings, WrongSetting, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

S = TypeVar("S", bound=SharedSettings)
T = TypeVar("T")


def read_file(path: Path, shape: type[T]) -> T:
    """The content of a YAML file; ``WrongSetting`` names the file, the place and the fault."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(shape).validate_python(content)
    except OSError as error:
        raise WrongSetting(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} is no YAML file: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "its root"
        message = first["msg"].removeprefix("Value error, ")
        raise WrongSetting(f"{path} is wrong at {place}: {message}.") from None


class Configured(Generic[S, T]):
    """The configuration of this process: ``configured = Configured(LeadSettings, from_settings)``.

    The service sets it when it starts. Where no service starts (``opentas dlq redrive`` runs
    reactions all the same) it is read when it is first asked for.
    """

    def __init__(self, settings: type[S], read: Callable[[S], T]) -> None:
        self._settings = settings
        self._read = read
        self._in_force: T | None = None

    def use(self, settings: SharedSettings) -> T:
        """Read what the settings of the service name and put it in force; ``WrongSetting``."""
        if not isinstance(settings, self._settings):
            raise TypeError(f"{settings!r} are no {self._settings.__name__}")
        self._in_force = self._read(settings)
        return self._in_force

    def __call__(self) -> T:
        """The configuration in force."""
        return self._in_force or self.use(load_settings(self._settings))
