"""The configuration in force: read once from the files, checked when the service starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lead_service.configuration.files import (
    ClassificationFile,
    Code,
    CodesFile,
    CreationFile,
    CustomersFile,
    Source,
)
from lead_service.domain.classification import ClassificationPolicy, Horizon
from lead_service.domain.core_fields import CorePolicy
from lead_service.domain.creation import CreationPolicy
from lead_service.domain.errors import UnknownCode
from lead_service.settings import LeadSettings
from opentas_shared.runtime.configuration import Configured, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

SHIPPED = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True)
class Configuration:
    """Codes with their labels, and the policies made of them."""

    sources: tuple[Source, ...]
    codes: CodesFile
    creation_file: CreationFile
    classification_file: ClassificationFile
    customers_file: CustomersFile
    zone: tzinfo
    base_currency: str = "CNY"

    @cached_property
    def creation(self) -> CreationPolicy:
        """R-01 to R-04."""
        file = self.creation_file
        return CreationPolicy(
            criteria=tuple(criterion.code for criterion in file.criteria),
            budget=file.budget,
            time=file.time,
            solution=file.solution,
            low_fits=self.classification_file.boundaries.low_fits,
            approval_demanded=file.approval.demanded,
            locked_in_approval=frozenset(file.approval.locks),
        )

    @cached_property
    def core(self) -> CorePolicy:
        """R-21 and R-22."""
        fields = self.customers_file.core_fields
        return CorePolicy(
            owners={core.field: core.owner_role for core in fields},
            required=tuple(core.field for core in fields if core.required),
            open_in=frozenset(self.customers_file.open_in),
        )

    @cached_property
    def classification(self) -> ClassificationPolicy:
        """R-05 and R-06."""
        limits = self.classification_file.boundaries
        return ClassificationPolicy(
            large_scales=limits.large_scales,
            tiny_scales=limits.tiny_scales,
            important_customers=limits.important_customers,
            especially_important_customers=limits.especially_important_customers,
            high_fits=limits.high_fits,
            low_fits=limits.low_fits,
            horizons=tuple(Horizon(h.classification, h.months) for h in limits.horizons),
            beyond=limits.beyond,
            zone=self.zone,
        )

    @cached_property
    def lists(self) -> dict[str, tuple[Code, ...]]:
        """Every list of codes by the name under which it is served."""
        return {
            "lead-sources": self.sources,
            "generation-modes": self.codes.generation_modes,
            "lead-statuses": self.codes.lead_statuses,
            "creation-criteria": self.creation_file.criteria,
            "lead-classifications": self.classification_file.classes,
            "scales": self.classification_file.scales,
            "customer-importances": self.classification_file.customer_importances,
            "solution-fits": self.classification_file.solution_fits,
            "discard-reasons": self.codes.discard_reasons,
            "contact-roles": self.codes.contact_roles,
        }

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """The codes of each list."""
        return {name: frozenset(c.code for c in codes) for name, codes in self.lists.items()}

    def check(self, list_name: str, field: str, value: str | None) -> None:
        """Refuse with ``UnknownCode`` (422) a value that its list does not have."""
        if value is not None and value not in self.known[list_name]:
            raise UnknownCode(field, value, [code.code for code in self.lists[list_name]])

    def check_all(self, list_name: str, field: str, values: Iterable[str]) -> None:
        """The same for each of several values."""
        for value in values:
            self.check(list_name, field, value)

    def mode_of(self, source: str) -> str | None:
        """The generation mode that a source implies."""
        return next((known.mode for known in self.sources if known.code == source), None)


def read(folder: Path | None, zone: tzinfo, base_currency: str = "CNY") -> Configuration:
    """Read the files of ``folder``, for each that it lacks the default.

    Raises ``WrongSetting`` with a sentence that names the file and the fault.
    """

    def load(name: str, shape: type[T]) -> T:
        own = folder / name if folder is not None else None
        return read_file(own if own is not None and own.exists() else SHIPPED / name, shape)

    return Configuration(
        sources=load("lead-sources.yaml", tuple[Source, ...]),
        codes=load("codes.yaml", CodesFile),
        creation_file=load("creation.yaml", CreationFile),
        classification_file=load("classification.yaml", ClassificationFile),
        customers_file=load("customers.yaml", CustomersFile),
        zone=zone,
        base_currency=base_currency,
    )


def from_settings(settings: LeadSettings) -> Configuration:
    """Read the files that the settings name."""
    return read(settings.lead_configuration_dir, settings.zone, settings.base_currency)


configured = Configured(LeadSettings, from_settings)
