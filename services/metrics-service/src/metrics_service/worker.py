"""The worker process: relay and consumers."""

from __future__ import annotations

from metrics_service.service import SERVICE
from opentas_shared.runtime.worker import run_worker

if __name__ == "__main__":
    run_worker(SERVICE)
