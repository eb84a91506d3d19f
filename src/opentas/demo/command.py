"""``opentas demo``: play the story, then say what to look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import track

from opentas.demo.calendar import Calendar
from opentas.demo.deals import Way
from opentas.demo.ending import say
from opentas.demo.leads import play_lead
from opentas.demo.people import People
from opentas.demo.story import Story, story
from opentas.folder import data_folder
from opentas.importing.problems import Unusable
from opentas_shared.domain.ids import derived_id
from opentas_shared.runtime.settings import SharedSettings, load_settings


def demo(
    url: Annotated[
        str | None,
        typer.Option(help="Address of the product. Default: the one running on the data folder."),
    ] = None,
) -> None:
    """Play half a year of a small software company; playing it twice changes nothing."""
    settings = load_settings(SharedSettings, data_dir=data_folder())
    try:
        people = People(settings, url)
        try:
            play(story(), people, settings)
            say(people)
        finally:
            people.close()
    except httpx.TransportError as error:
        typer.echo(f"The product cannot be reached: {error}. Start it first: make run", err=True)
        raise typer.Exit(2) from None
    except Unusable as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(2) from None


def play(played: Story, people: People, settings: SharedSettings) -> None:
    """Every lead with all that comes of it, oldest first."""
    calendar = _calendar(played, people, settings)
    console = Console(stderr=True)
    leads = list(enumerate(played.leads))
    for number, lead in track(
        leads, "Half a year passes", console=console, disable=not console.is_terminal
    ):
        result = play_lead(lead, number, calendar, people)
        if lead.deal is not None and result["opportunity_id"]:
            opened_at = calendar.captured_at(lead.day, number) + timedelta(days=5 * lead.deal.pace)
            Way(result["opportunity_id"], lead.deal, opened_at, calendar, people).go()


def _calendar(played: Story, people: People, settings: SharedSettings) -> Calendar:
    """That of an earlier play, by its first lead, else one that ends now."""
    first = played.leads[0]
    known = people.importer.find(f"/v1/leads/{derived_id('lead', first.natural_key)}")
    if known is None:
        return Calendar.ending_now(settings.zone)
    captured_at = datetime.fromisoformat(known["created_at"])
    return Calendar.of_earlier_play(captured_at, first.day, settings.zone)
