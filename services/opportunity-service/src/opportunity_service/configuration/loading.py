"""Reading the configuration files; a fault stops the start with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from opentas_shared.runtime.configuration import read_file
from opentas_shared.runtime.settings import WrongSetting
from opportunity_service.configuration.catalogue import StageModels
from opportunity_service.configuration.policies_file import PoliciesForm
from opportunity_service.configuration.stage_model_file import StageModelForm

if TYPE_CHECKING:
    from opportunity_service.domain.policies import Policies

SHIPPED = Path(__file__).parent


def load_stage_models(folder: Path | None, default: str) -> StageModels:
    """The shipped models and those of ``folder``, which may replace a shipped version.

    Raises ``WrongSetting`` for a folder or file that cannot be used, naming it and the fault.
    """
    if folder is not None and not folder.is_dir():
        raise WrongSetting(f"OPENTAS_OPPORTUNITY_STAGE_MODELS is wrong: {folder} is no folder.")
    folders = [SHIPPED / "stage_models", *([folder] if folder is not None else [])]
    forms = [
        read_file(path, StageModelForm)
        for place in folders
        for path in sorted(place.glob("*.yaml"))
    ]
    models = StageModels([form.model() for form in forms], default)
    if default not in models.codes():
        raise WrongSetting(
            f"OPENTAS_OPPORTUNITY_DEFAULT_STAGE_MODEL is wrong: there is no stage model {default}; "
            f"there are {', '.join(models.codes())}."
        )
    return models


def load_policies(file: Path | None) -> Policies:
    """The policies of ``file``, or the shipped ones. Raises ``WrongSetting``."""
    return read_file(file or SHIPPED / "policies.yaml", PoliciesForm).policies()
