"""The configured stage models, by code and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.errors import UnknownStageModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opportunity_service.domain.stage_model import StageModel


class StageModels:
    """Every version of every stage model; new opportunities start with the newest of theirs."""

    def __init__(self, models: Iterable[StageModel], default: str) -> None:
        self._models = {(model.code, model.version): model for model in models}
        self._newest: dict[str, StageModel] = {}
        for model in sorted(self._models.values(), key=lambda each: each.version):
            self._newest[model.code] = model
        self.default = default

    def codes(self) -> list[str]:
        """The codes, the default first."""
        return sorted(self._newest, key=lambda code: (code != self.default, code))

    def all(self) -> list[StageModel]:
        """Every version, the default model first, newest versions first."""
        order = self.codes()
        return sorted(
            self._models.values(), key=lambda model: (order.index(model.code), -model.version)
        )

    def knows(self, code: str) -> bool:
        """Whether a model with this code is configured."""
        return code in self._newest

    def newest(self, code: str | None = None) -> StageModel:
        """The newest version of a model, or of the default. Raises ``UnknownStageModel``."""
        code = code or self.default
        if code not in self._newest:
            raise UnknownStageModel(code, self.codes())
        return self._newest[code]

    def version(self, code: str, version: int) -> StageModel:
        """The version that an opportunity started with. Raises ``UnknownStageModel``."""
        found = self._models.get((code, version))
        if found is None:
            raise UnknownStageModel(f"{code} version {version}", self.codes())
        return found
