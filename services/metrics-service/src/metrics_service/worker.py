"""The worker process of metrics-service: ``python -m metrics_service.worker``."""

from __future__ import annotations

from metrics_service.service import SERVICE
from opentas_shared.runtime.worker import run_worker

if __name__ == "__main__":
    run_worker(SERVICE)
