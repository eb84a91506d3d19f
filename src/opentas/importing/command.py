"""``opentas import`` of leads, opportunities and approvals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opentas.importing.approval_items import plan_approvals
from opentas.importing.approval_mapping import ApprovalsMapping
from opentas.importing.history import History, ended
from opentas.importing.lead_items import plan_leads
from opentas.importing.lead_mapping import LeadsMapping
from opentas.importing.mappings import load
from opentas.importing.opportunity_items import plan_opportunities
from opentas.importing.opportunity_mapping import OpportunitiesMapping
from opentas.importing.problems import Interrupted, Unusable
from opentas.importing.rows import read
from opentas.importing.sending import Pace
from opentas.importing.session import Part, Session

app = typer.Typer(
    no_args_is_help=True,
    help="Bring in history from CSV files, with its own times. "
    "Exit codes: 0 all good, 1 some rows are bad, 2 it cannot be done like this, "
    "3 interrupted: run the same command again.",
)

Mapping_ = Annotated[
    str,
    typer.Option("--mapping", help="A shipped mapping, like olist or bpic2012, or a YAML file."),
]
Url = Annotated[
    str | None,
    typer.Option(help="Address of the product. Default: the one running on the data folder."),
]
Token = Annotated[
    str | None,
    typer.Option(
        envvar="OPENTAS_TOKEN",
        help="Bearer token of an importer. Default: a development token, for a local product.",
    ),
]
Failed = Annotated[
    Path | None,
    typer.Option(help="Where bad rows go. Default: NAME.failed.csv in the current folder."),
]
State = Annotated[
    Path | None,
    typer.Option(help="Where the progress is kept for a resume. Default: in the data folder."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and judge everything, send nothing.")]
Batch = Annotated[int, typer.Option(min=1, max=500, help="Things in one request.")]
InFlight = Annotated[int, typer.Option(min=1, max=32, help="Requests at the same time.")]


@app.command("leads")
def import_leads(
    leads: Annotated[Path, typer.Argument(help="CSV file of leads, .csv or .csv.gz.")],
    mapping: Mapping_,
    deals: Annotated[
        Path | None, typer.Option(help="CSV file of the deals won from these leads.")
    ] = None,
    url: Url = None,
    token: Token = None,
    failed: Failed = None,
    state: State = None,
    dry_run: DryRun = False,
    batch: Batch = Pace.batch,
    in_flight: InFlight = Pace.in_flight,
) -> None:
    """Bring in leads and the deals won from them."""
    try:
        chosen = load(mapping, LeadsMapping)
        if deals is not None and chosen.deal is None:
            raise Unusable(f"The mapping {mapping} says nothing of deals, but --deals is given.")
        session = Session.begin([leads, *([deals] if deals else [])], failed)
        source = read(leads, chosen.lead_columns, mapping, chosen.form)
        won = read(deals, chosen.deal_columns, mapping, chosen.form) if deals else None
        plan = plan_leads(source, won, chosen)
        session.parts = [Part("leads", source, plan.leads, session.failed_for(leads))]
        if won is not None:
            session.parts.append(Part("deals", won, plan.deals, session.failed_for(won.path)))
        if not dry_run:
            pace = Pace(batch, in_flight)
            session.run(url, token, state, chosen, pace, lambda run: run.leads(plan))
        code = session.finish(dry_run=dry_run)
    except (Unusable, Interrupted) as failure:
        raise ended(failure) from None
    raise typer.Exit(code)


@app.command("opportunities")
def import_opportunities(
    events: Annotated[Path, typer.Argument(help="CSV file of events, .csv or .csv.gz.")],
    mapping: Mapping_,
    url: Url = None,
    token: Token = None,
    failed: Failed = None,
    state: State = None,
    dry_run: DryRun = False,
    batch: Batch = Pace.batch,
    in_flight: InFlight = Pace.in_flight,
) -> None:
    """Bring in the histories of opportunities, a row per event."""
    history = History(events, mapping, url, token, failed, state, dry_run, Pace(batch, in_flight))
    history.bring_in(
        OpportunitiesMapping, plan_opportunities, lambda run, plan, _: run.opportunities(plan)
    )


@app.command("approvals")
def import_approvals(
    events: Annotated[Path, typer.Argument(help="CSV file of events, .csv or .csv.gz.")],
    mapping: Mapping_,
    url: Url = None,
    token: Token = None,
    failed: Failed = None,
    state: State = None,
    dry_run: DryRun = False,
    batch: Batch = Pace.batch,
    in_flight: InFlight = Pace.in_flight,
) -> None:
    """Bring in the histories of approvals, a row per event."""
    history = History(events, mapping, url, token, failed, state, dry_run, Pace(batch, in_flight))
    history.bring_in(
        ApprovalsMapping,
        plan_approvals,
        lambda run, plan, chosen: run.approvals(plan, chosen.definitions),
    )
