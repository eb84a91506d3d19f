"""Named refusals of lead-service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import DomainError, Violation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class LeadAlreadyConverted(DomainError):
    """A lead becomes an opportunity once (R-01); ``opportunity_id`` names that opportunity."""

    code = "LEAD_ALREADY_CONVERTED"
    status = 409
    title = "The lead has become an opportunity already"
    title_zh = "线索已转化为商机"

    def __init__(self, lead_id: UUID, opportunity_id: str) -> None:
        super().__init__(
            f"Lead {lead_id} was converted into opportunity {opportunity_id}; "
            "conversion happens once.",
            rule="R-01",
            lead_id=str(lead_id),
            opportunity_id=opportunity_id,
        )


class PossibleDuplicate(DomainError):
    """Something with the same name, phone or e-mail exists (C8); ``force`` creates it anyway."""

    code = "POSSIBLE_DUPLICATE"
    status = 409
    title = "It may exist already"
    title_zh = "可能重复"

    def __init__(self, kind: str, candidates: Sequence[dict[str, Any]]) -> None:
        super().__init__(
            f"{len(candidates)} {kind}(s) have the same name, phone or e-mail; use one of them, "
            "or repeat the request with force=true.",
            candidates=list(candidates),
        )


class UnknownCode(DomainError):
    """A code is not in the configured list; ``known`` names those that are."""

    code = "UNKNOWN_CODE"
    status = 422
    title = "The code is not in the configured list"
    title_zh = "编码未配置"

    def __init__(self, field: str, value: str, known: Sequence[str]) -> None:
        detail = f"{value!r} is no configured {field}."
        super().__init__(
            detail,
            violations=[Violation("UNKNOWN_CODE", detail, pointer=f"/{field}")],
            known=list(known),
        )


class ReasonMissing(DomainError):
    """The command needs a reason in words."""

    code = "REASON_MISSING"
    status = 422
    title = "A reason is needed"
    title_zh = "缺少原因说明"

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail, violations=[Violation("MISSING", detail, pointer=f"/{field}")])


class RateInvalid(DomainError):
    """An amount in a foreign currency needs its rate to the base currency (§14.19)."""

    code = "RATE_INVALID"
    status = 422
    title = "The rate to the base currency is missing or wrong"
    title_zh = "缺少汇率或汇率错误"

    def __init__(self, detail: str) -> None:
        super().__init__(
            detail, violations=[Violation("RATE_INVALID", detail, pointer="/amount/rate")]
        )
