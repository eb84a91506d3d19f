"""Ask for approvals by approval-service's own commands, as many as a measuring needs.

``python -m bench.asking COUNT``: TAS 2-1 for that many opportunities, each of which two people
are asked about and one decides. Prints nothing. The environment names the database, which must
have the schema of the code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
)
from approval_service.commands.starting import StartApproval, start
from approval_service.configuration.organisation_file import demonstration
from approval_service.service import SERVICE
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.runtime.loading import load_settings
from opentas_shared.runtime.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.resources import Resources

FLOW = "tas_2_1_opportunity_initiation"
SUBMITTER = "chen.jing"
AT_ONCE = 500


def main(count: int) -> None:
    """Load the demonstration organisation, then ask for everything in batches."""
    resources = open_resources(SERVICE, load_settings(SERVICE.settings))
    resources.start()
    try:
        moment = Moment.now()
        command = ImportOrganisation(demonstration(), moment)
        context = Context(actor="bench", moment=moment)
        resources.executor.submit(lambda work: import_organisation(command, work), context).result()
        for begun in range(0, count, AT_ONCE):
            _ask(resources, min(AT_ONCE, count - begun))
    finally:
        resources.stop()


def _ask(resources: Resources, count: int) -> None:
    moment = Moment.now()
    context = Context(actor="bench", moment=moment)
    waiting = [
        resources.executor.submit(_asking(moment), context, patient=True) for _ in range(count)
    ]
    for each in waiting:
        each.result()


def _asking(moment: Moment) -> Callable[[UnitOfWork], None]:
    opportunity = new_id()
    command = StartApproval(
        approval_id=derived_id("approval", opportunity, FLOW, 1),
        flow=FLOW,
        request_no=1,
        subject_type="opportunity",
        subject_id=str(opportunity),
        submitter_id=SUBMITTER,
        facts={"amount_grade": "C", "strategic_grade": "STANDARD", "base_amount_minor": 100_00},
        form={},
        at=moment,
    )

    def unit(work: UnitOfWork) -> None:
        start(command, work)

    return unit


if __name__ == "__main__":
    main(int(sys.argv[1]))
