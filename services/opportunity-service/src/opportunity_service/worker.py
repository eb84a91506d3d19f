"""The worker process: relay and consumers."""

from __future__ import annotations

from opentas_shared.runtime.worker import run_worker
from opportunity_service.service import SERVICE

if __name__ == "__main__":
    run_worker(SERVICE)
