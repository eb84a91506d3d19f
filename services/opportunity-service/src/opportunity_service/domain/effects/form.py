"""Reading the form of a request as far as the rules of its flow need it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TEXT = 20_000
MOST_LINES = 500
LARGEST_WHOLE = 1_000_000_000_000
SHA256 = re.compile(r"[0-9a-f]{64}")


class Form:
    """A form, or one line of it. What is missing or wrong is collected in ``faults`` (R-23).

    A field that cannot be read gives an empty value; what was read counts without faults only.
    """

    def __init__(
        self, values: dict[str, Any], path: str = "form", faults: list[Missing] | None = None
    ) -> None:
        self._values = values
        self.path = path
        self.faults: list[Missing] = [] if faults is None else faults

    def text(self, name: str, *, needed: bool = True) -> str:
        """A text without blanks around it."""
        value = self._values.get(name)
        if isinstance(value, str) and len(value) <= LONGEST_TEXT and (value.strip() or not needed):
            return value.strip()
        if needed or value is not None:
            self.fault(name, "a text is required")
        return ""

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """One of the allowed codes, or nothing."""
        value = self._values.get(name)
        known = sorted(allowed)
        if value is None or value in known:
            return value
        self.fault(name, f"one of {', '.join(known)}")
        return None

    def whole(self, name: str, *, at_least: int = 1, at_most: int = LARGEST_WHOLE) -> int:
        """A whole number."""
        value = self._values.get(name)
        if type(value) is int and at_least <= value <= at_most:
            return value
        self.fault(name, f"a whole number from {at_least} to {at_most} is required")
        return 0

    def day(self, name: str, *, needed: bool = True) -> str:
        """A date, ISO 8601; empty where there is none."""
        value: Any = self._values.get(name)
        try:
            return date.fromisoformat(value).isoformat() if value is not None or needed else ""
        except (TypeError, ValueError):
            self.fault(name, "a date like 2027-01-31 is required")
            return ""

    def instant(self, name: str) -> datetime | None:
        """An instant with its zone, in UTC."""
        value: Any = self._values.get(name)
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            pass
        self.fault(name, "an instant with its zone like 2027-01-31T09:30:00+08:00 is required")
        return None

    def lines(self, name: str, *, needed: bool = True) -> list[Form]:
        """The lines of a list."""
        value = self._values.get(name)
        if value is None and not needed:
            return []
        if (
            isinstance(value, list)
            and (value or not needed)
            and len(value) <= MOST_LINES
            and all(isinstance(line, dict) for line in value)
        ):
            return [
                Form(line, f"{self.path}.{name}[{index}]", self.faults)
                for index, line in enumerate(value)
            ]
        self.fault(name, f"a list of at most {MOST_LINES} entries is required")
        return []

    def attachments(self) -> list[dict[str, Any]]:
        """References to files: name, size in bytes, SHA-256, location."""
        found = []
        for line in self.lines("attachments", needed=False):
            attachment = {
                "name": line.text("name"),
                "size": line.whole("size", at_least=0),
                "sha256": line.text("sha256"),
                "location": line.text("location"),
            }
            if not SHA256.fullmatch(str(attachment["sha256"])):
                line.fault("sha256", "64 hexadecimal digits in lower case are required")
            found.append(attachment)
        return found

    def fault(self, name: str, what: str, rule: str = "R-23") -> None:
        """Note that a field does not hold what it must."""
        path = f"{self.path}.{name}"
        self.faults.append(Missing(rule, "FIELD", path, f"{path}: {what}."))
