"""What an opportunity decides about its end; methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.errors import IllegalTransition, RuleBroken
from opportunity_service.domain import requirements
from opportunity_service.domain.missing import refuse
from opportunity_service.domain.reasons import accept
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


def win(
    self: Opportunity, circumstances: Circumstances, at: Moment, waived: frozenset[str] = NONE
) -> None:
    """Win it, from any open stage; what the model asks for before are rules (§14.17)."""
    self.ensure_legal("win")
    refuse("The win", requirements.to_win(self, circumstances), waived)
    self.record(self.Won, at, self.facts.changed(status="WON", blocking_rules=[]))


def lose(
    self: Opportunity, reason: str, text: str, circumstances: Circumstances, at: Moment
) -> None:
    """Close it as lost for one of the configured reasons (C20)."""
    self.ensure_legal("loss")
    own = circumstances.model.loss_reasons
    accept(own if own is not None else circumstances.policies.loss_reasons, reason, text)
    facts = self.facts.changed(status="LOST", blocking_rules=[])
    self.record(self.Lost, at, facts, reason=reason, reason_text=text)


def void(
    self: Opportunity, reason: str, text: str, circumstances: Circumstances, at: Moment
) -> None:
    """Close it as invalid; it counts in no win rate (§14.12)."""
    self.ensure_legal("void")
    accept(circumstances.policies.void_reasons, reason, text)
    facts = self.facts.changed(status="VOID", blocking_rules=[])
    self.record(self.Voided, at, facts, reason=reason, reason_text=text)


def sign_contract(
    self: Opportunity,
    contract_no: str,
    signed_on: str,
    circumstances: Circumstances,
    at: Moment,
    waived: frozenset[str] = NONE,
) -> None:
    """Record the written contract (R-30), once, after an approved TAS 7-1 (R-20)."""
    self.ensure_legal("contract-signature")
    if self.contract_no is not None:
        raise IllegalTransition("contract-signature", "SIGNED")
    refuse("The signature", requirements.to_sign(self, circumstances), waived)
    if not contract_no.strip():
        raise RuleBroken("Only a written contract with a number is signed.", rule="R-30")
    self.record(
        self.ContractSigned,
        at,
        self.facts,
        contract_no=contract_no,
        signed_on=signed_on,
    )
