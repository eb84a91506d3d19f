"""Named refusals about approvals, and why an outcome can be without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.errors import DomainError, Violation

if TYPE_CHECKING:
    from collections.abc import Sequence


class FormInvalid(DomainError):
    """A form cannot be carried out: a value is missing or of the wrong kind."""

    code = "FORM_INVALID"
    status = 422
    title = "The form cannot be carried out"
    title_zh = "表单内容无法执行"

    def __init__(self, field: str, why: str) -> None:
        detail = f"{field}: {why}."
        super().__init__(
            detail, violations=[Violation("INVALID", detail, pointer=f"/form/{field}")]
        )


class FieldsChangedMeanwhile(DomainError):
    """A proposed change of core fields was made for values that are not there any more."""

    code = "FIELDS_CHANGED_MEANWHILE"
    status = 409
    title = "The fields have changed since the change was proposed"
    title_zh = "字段在提出变更后已被修改"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"Since the change was proposed, {', '.join(fields)} got another value; "
            "propose the change again.",
            fields=list(fields),
        )


class NothingToChange(DomainError):
    """The proposed values are those that the fields have."""

    code = "NOTHING_TO_CHANGE"
    status = 422
    title = "Nothing would change"
    title_zh = "没有任何变更"


class NoCoreField(DomainError):
    """A field is not among the configured core fields; it is changed directly."""

    code = "NO_CORE_FIELD"
    status = 422
    title = "The field is no core field"
    title_zh = "该字段不是核心字段"

    def __init__(self, fields: Sequence[str], core: Sequence[str]) -> None:
        details = [
            (name, f"{name} is no core field: change it directly.") for name in sorted(fields)
        ]
        super().__init__(
            " ".join(detail for _, detail in details),
            violations=[
                Violation("NO_CORE_FIELD", detail, pointer=f"/form/changes/{name}")
                for name, detail in details
            ],
            core_fields=list(core),
        )
