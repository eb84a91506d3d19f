"""What callers send about customers and contacts."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from lead_service.domain.contact import ContactFacts
from lead_service.domain.customer_facts import CustomerFacts
from opentas_shared.web.bodies import ApiModel, Code, Flag, UserId

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"),
]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[-+()./ \d#x]{3,40}$")
]
FORCE = Field(False, description="Create it although something similar exists.")


class CustomerFields(ApiModel):
    """What is known of a customer, its name apart."""

    phone: Phone | None = Field(None, examples=["+86 512 6288 0000"])
    email: Email | None = Field(None, examples=["office@huaxin.example"])
    website: Line | None = None
    industry: Line | None = None
    region: Line | None = None
    address: Line | None = None
    registration_no: Line | None = Field(None, examples=["91320594MA1K4R2D0A"])
    legal_address: Line | None = Field(None, description="The address in the company register.")
    owner_id: UserId | None = Field(None, description="Default: the caller.")


class NewCustomer(CustomerFields):
    """A customer to be registered."""

    name: Name = Field(examples=["Huaxin Machinery"])
    force: Flag = FORCE

    def facts(self) -> CustomerFacts:
        """As the domain knows them."""
        return CustomerFacts(**self.model_dump(exclude={"owner_id", "force"}))


class CustomerChangeRequest(CustomerFields):
    """What is not sent stays, null takes a fact away."""

    name: Name | None = None

    def changes(self) -> dict[str, Any]:
        """The facts that were sent; name and owner cannot be taken away."""
        return sent(self)


class ContactFields(ApiModel):
    """What is known of a contact, the name apart."""

    customer_id: UUID | None = None
    phone: Phone | None = Field(None, examples=["+86 138 0000 0000"])
    email: Email | None = None
    position: Line | None = Field(None, examples=["Head of production"])
    role: Code | None = Field(None, examples=["DECISION_MAKER"])
    owner_id: UserId | None = Field(None, description="Default: the caller.")


class NewContact(ContactFields):
    """A contact to be registered."""

    name: Name = Field(examples=["王伟"])
    force: Flag = FORCE

    def facts(self) -> ContactFacts:
        """As the domain knows them."""
        return ContactFacts(**self.model_dump(exclude={"owner_id", "force"}))


class ContactChangeRequest(ContactFields):
    """What is not sent stays, null takes a fact away."""

    name: Name | None = None

    def changes(self) -> dict[str, Any]:
        """The facts that were sent; name and owner cannot be taken away."""
        return sent(self)


def sent(request: ApiModel) -> dict[str, Any]:
    """The fields of a change; null for ``name`` or ``owner_id`` leaves them as they are."""
    fields = request.model_dump(exclude_unset=True)
    kept = ("name", "owner_id")
    return {name: value for name, value in fields.items() if name not in kept or value is not None}
