"""How many deputies in a row a task is passed on to, at most."""

from __future__ import annotations

from approval_service.settings import ApprovalSettings
from opentas_shared.runtime.configuration import Configured

delegation_chain = Configured(ApprovalSettings, lambda settings: settings.approval_delegation_chain)
