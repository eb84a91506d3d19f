"""How the printed record writes values for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from approval_service.configuration.record_labels import Language, code, word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Writer:
    """Writes values for people: in their language, with names, in the organisation's time."""

    language: Language
    people: Mapping[str, str]
    zone: ZoneInfo

    def word(self, name: str) -> str:
        """A heading."""
        return word(name, self.language)

    def code(self, value: str | None) -> str:
        """A state or a reason code."""
        return code(value, self.language)

    def title(self, entry: Mapping[str, Any], name: str = "title") -> str:
        """The title in the language."""
        return str(entry[f"{name}_zh" if self.language == "zh" else name] or "")

    def person(self, id: str | None, on_behalf_of: str | None = None) -> str:
        """A name with its id; with the other one for whom the person acted."""
        if id is None:
            return self.word("machine")
        shown = f"{self.people[id]} ({id})" if id in self.people else id
        if on_behalf_of is None:
            return shown
        return f"{shown} {self.word('behalf')} {self.person(on_behalf_of)}"

    def time(self, at: str | datetime | None) -> str:
        """An instant on the organisation's clock."""
        if at is None:
            return ""
        instant = datetime.fromisoformat(at) if isinstance(at, str) else at
        return instant.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S %z")

    def value(self, value: Any) -> str:
        """A fact or a field of the form."""
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=None, default=str)
