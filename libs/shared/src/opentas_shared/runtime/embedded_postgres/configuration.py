"""Settings of the embedded server: one machine, little memory, durable by default."""

from __future__ import annotations

_ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "48MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "huge_pages": "off",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def options(port: int, *, durable: bool) -> list[str]:
    """The ``-c name=value`` arguments of ``postgres``."""
    chosen = {**_ALWAYS, "port": str(port), **({} if durable else _NOT_DURABLE)}
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
