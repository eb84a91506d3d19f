"""All faults of a definition: its form, its structure, who is asked, its conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.configuration.validation.conditions import condition_faults
from approval_service.configuration.validation.forms import form_faults
from approval_service.configuration.validation.reachability import reach_faults
from approval_service.configuration.validation.sources import Known, source_faults
from approval_service.configuration.validation.structure import structure_faults

if TYPE_CHECKING:
    from approval_service.configuration.validation.spots import Fault
    from approval_service.domain.flows.definition import Definition

__all__ = ["Known", "faults_of_definition"]


def faults_of_definition(definition: Definition, known: Known) -> list[Fault]:
    """What is wrong, in the order of the file's topics; empty for a right definition.

    Whether nodes can be reached is asked only when all expressions can be understood.
    """
    conditions = list(condition_faults(definition))
    return [
        *form_faults(definition),
        *structure_faults(definition),
        *source_faults(definition, known),
        *conditions,
        *([] if conditions else reach_faults(definition)),
    ]
