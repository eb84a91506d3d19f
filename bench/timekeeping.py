"""``python -m bench.timekeeping WORKING_HOURS``: the thread that fires timers, and nothing else.

Its clock is so many working hours ahead. The environment names the database.
"""

from __future__ import annotations

import signal
import sys
from datetime import timedelta

from approval_service.service import SERVICE
from approval_service.timekeeper import Timekeeper
from opentas_shared.domain.time import utc_now
from opentas_shared.organisation.calendars import calendar_of
from opentas_shared.runtime.loading import load_settings
from opentas_shared.runtime.resources import open_resources

if __name__ == "__main__":
    resources = open_resources(SERVICE, load_settings(SERVICE.settings))
    resources.start()
    with resources.database.read() as connection:
        then = calendar_of(connection).add_working(utc_now(), timedelta(hours=float(sys.argv[1])))
    ahead = then - utc_now()
    timekeeper = Timekeeper(resources.executor, resources.database, lambda: utc_now() + ahead)
    timekeeper.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    timekeeper.stop()
    resources.stop()
