"""The base of every published event: a frozen, open model with a stable type and topic.

What is published is a promise. Within a version only optional fields are added, so that older
readers ignore what they do not know (the content model is open) and newer readers fill in
defaults for what older writers left out. Anything else is a new type ending in ``.v2``.
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = re.compile(r"org\.opentas(\.[a-z][a-z0-9_-]*){2,}\.v[1-9][0-9]*")
_TOPIC = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+\.v[1-9][0-9]*")
_REGISTRY: dict[str, type[Contract]] = {}

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Contract(BaseModel):
    """One type of published event; its fields are the ``data`` of the CloudEvent.

    A class that sets ``TYPE`` is a published type and is registered; one without is a common
    part of several. Fields hold JSON values, ids, instants and tuples of these.
    """

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)

    TYPE: ClassVar[str]
    """Name and version for ever, like ``org.opentas.lead.qualified.v1``."""
    TOPIC: ClassVar[str]
    """The Kafka topic, like ``opentas.lead-service.lead.v1``."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register a published type; a name that is malformed or taken is a ``TypeError``."""
        super().__pydantic_init_subclass__(**kwargs)
        if "TYPE" not in vars(cls):
            return
        if not _TYPE.fullmatch(cls.TYPE) or not _TOPIC.fullmatch(getattr(cls, "TOPIC", "")):
            raise TypeError(f"{cls.__name__} needs a TYPE and a TOPIC that end in a version")
        taken = _REGISTRY.setdefault(cls.TYPE, cls)
        if (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.TYPE} is the type of {taken.__name__} already")
        _REGISTRY[cls.TYPE] = cls

    @classmethod
    def schema_id(cls) -> str:
        """The ``dataschema`` of its events and the ``$id`` of its JSON Schema."""
        return f"urn:opentas:schema:{cls.TYPE}"

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Its JSON Schema 2020-12, with an open content model."""
        return {"$schema": DIALECT, "$id": cls.schema_id(), **cls.model_json_schema()}


def contracts() -> Mapping[str, type[Contract]]:
    """Every published type of this package, by ``TYPE``, sorted."""
    package = __name__.rpartition(".")[0]
    for module in iter_modules(import_module(package).__path__):
        import_module(f"{package}.{module.name}")
    own = {
        name: contract
        for name, contract in sorted(_REGISTRY.items())
        if contract.__module__.startswith(f"{package}.")
    }
    return MappingProxyType(own)
