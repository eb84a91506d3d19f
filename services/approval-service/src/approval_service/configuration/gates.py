"""``gates.yaml``: which events of a subject use what the approval of a flow has opened (D4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from approval_service.configuration.files import Entry
from approval_service.settings import ApprovalSettings
from opentas_shared.contracts.opportunity import (
    ContractSigned,
    OpportunityLost,
    OpportunityVoided,
    OpportunityWon,
    StageAdvanced,
)
from opentas_shared.runtime.configuration import Configured, read_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.contracts.contract import Contract

FILE = "gates.yaml"
EVENTS: Mapping[type[Contract], str] = {
    OpportunityWon: "won",
    OpportunityLost: "lost",
    OpportunityVoided: "voided",
    ContractSigned: "contract_signed",
}


class Gate(Entry):
    """What uses the approval of one flow: ``leaving`` a stage, or one of the ``events``."""

    leaving: tuple[str, ...] = ()
    events: tuple[Literal["won", "lost", "voided", "contract_signed"], ...] = ()


Gates = dict[str, Gate]


def read(folder: Path | None) -> Gates:
    """``gates.yaml`` of ``folder``, else the default; ``WrongSetting`` names the fault."""
    own = folder / FILE if folder is not None else None
    path = own if own is not None and own.exists() else Path(__file__).parent / FILE
    return read_file(path, Gates)


gates = Configured(ApprovalSettings, lambda settings: read(settings.approval_configuration_dir))


def used_by(contract: Contract, gates: Gates) -> list[str]:
    """The flows whose gate this event uses."""
    name = EVENTS.get(type(contract))
    left: set[str] = set()
    if isinstance(contract, StageAdvanced):
        left = {contract.from_stage, *contract.skipped}
    return [flow for flow, gate in gates.items() if name in gate.events or left & {*gate.leaving}]
