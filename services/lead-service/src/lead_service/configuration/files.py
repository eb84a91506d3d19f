"""The shape of the configuration files; a file that does not fit stops the start."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Labels(_File):
    """The names of a code for people."""

    zh: str
    en: str


class Code(_File):
    """A code with its labels."""

    code: str = Field(pattern=r"^\S{1,64}$")
    labels: Labels


class Source(Code):
    """A lead source; ``mode`` is the generation mode that it implies, if it implies one."""

    mode: Literal["PASSIVE", "ACTIVE"] | None = None


class DiscardReason(Code):
    """A reason to discard a lead; ``needs_text``: only together with words."""

    needs_text: bool = False


class CodesFile(_File):
    """``codes.yaml``."""

    generation_modes: tuple[Code, ...]
    discard_reasons: tuple[DiscardReason, ...]
    contact_roles: tuple[Code, ...]
    lead_statuses: tuple[Code, ...]


class CreationApproval(_File):
    """How TAS 1-1 stands to the conversion by hand, and what is locked while it runs (A35)."""

    demanded: bool = False
    locks: frozenset[Literal["change", "classification", "assignment", "discard"]] = frozenset()


class CreationFile(_File):
    """``creation.yaml``."""

    criteria: tuple[Code, ...]
    budget: str
    time: str
    solution: str
    approval: CreationApproval = CreationApproval()
    sales_posts: tuple[str, ...]

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {criterion.code for criterion in self.criteria}
        for name in ("budget", "time", "solution"):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} names {getattr(self, name)}, which is no criterion")
        return self


class CoreField(_File):
    """A core field; ``owner_role`` answers for it, ``required`` before it can be assessed."""

    field: Literal["name", "website", "industry", "region", "registration_no", "legal_address"]
    labels: Labels
    owner_role: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    required: bool = False


class CustomersFile(_File):
    """``customers.yaml``."""

    core_fields: tuple[CoreField, ...] = Field(min_length=1)
    open_in: frozenset[Literal["UNVERIFIED", "IN_ASSESSMENT", "VERIFIED", "REJECTED"]]

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [core.field for core in self.core_fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the core field {', '.join(twice)} stands there twice")
        return self


class HorizonEntry(_File):
    """A general lead whose project starts within ``months`` is of this class."""

    classification: str
    months: int = Field(ge=0)


class Boundaries(_File):
    """What makes a lead large, its customer important, and so on."""

    large_scales: frozenset[str]
    tiny_scales: frozenset[str]
    important_customers: frozenset[str]
    especially_important_customers: frozenset[str]
    high_fits: frozenset[str]
    low_fits: frozenset[str]
    horizons: tuple[HorizonEntry, ...] = Field(min_length=1)
    beyond: str


class ClassificationFile(_File):
    """``classification.yaml``."""

    scales: tuple[Code, ...]
    customer_importances: tuple[Code, ...]
    solution_fits: tuple[Code, ...]
    classes: tuple[Code, ...]
    boundaries: Boundaries

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        limits = self.boundaries
        _require("scales", self.scales, limits.large_scales | limits.tiny_scales)
        _require(
            "customer_importances",
            self.customer_importances,
            limits.important_customers | limits.especially_important_customers,
        )
        _require("solution_fits", self.solution_fits, limits.high_fits | limits.low_fits)
        dated = {horizon.classification for horizon in limits.horizons}
        _require("classes", self.classes, dated | {limits.beyond})
        months = [horizon.months for horizon in limits.horizons]
        if months != sorted(set(months)):
            raise ValueError("the months of the horizons must increase")
        return self


def _require(name: str, codes: tuple[Code, ...], used: frozenset[str] | set[str]) -> None:
    unknown = used - {code.code for code in codes}
    if unknown:
        raise ValueError(f"the boundaries use {', '.join(sorted(unknown))}, not among {name}")
