"""The order rules in force: read from a file, checked when the service starts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from metrics_service.settings import MetricsSettings
from opentas_shared.runtime.configuration import Configured, read_file
from opentas_shared.runtime.settings import WrongSetting

SHIPPED = Path(__file__).parent / "order-rules.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Occurrence(_Part):
    """A milestone: of an approval with its ``flow``, of a stage with the ``stage``, or neither."""

    kind: Literal["ASKED", "APPROVED", "LEFT_STAGE", "WON", "SIGNED"]
    flow: str = ""
    stage: str = ""
    stage_model: str | None = None

    @property
    def matter(self) -> str:
        """What the milestone is about: the flow, the stage, or nothing."""
        return self.flow or self.stage

    @model_validator(mode="after")
    def _fits(self) -> Self:
        needs = {"ASKED": "flow", "APPROVED": "flow", "LEFT_STAGE": "stage"}.get(self.kind)
        given = [name for name in ("flow", "stage") if getattr(self, name)]
        if given != ([needs] if needs else []):
            raise ValueError(f"{self.kind} names {f'its {needs}' if needs else 'nothing more'}")
        return self


class Title(_Part):
    """A sentence in both languages."""

    zh: str
    en: str


class OrderRule(_Part):
    """``breach`` must not happen while ``needs`` does not stand; ``rule`` as in domain.md §13."""

    rule: str
    title: Title
    breach: Occurrence
    needs: Occurrence


def from_settings(settings: MetricsSettings) -> tuple[OrderRule, ...]:
    """The rules of the file that the settings name, or the shipped ones; ``WrongSetting``."""
    path = settings.order_rules_file or SHIPPED
    rules = read_file(path, tuple[OrderRule, ...])
    if not rules:
        raise WrongSetting(f"{path} has no rules.")
    return rules


order_rules = Configured(MetricsSettings, from_settings)
