"""The port of the product: the one that was asked for, or the first free one from 8000."""

from __future__ import annotations

import socket

FIRST_PORT = 8000


class PortTaken(Exception):
    """The port that was asked for is in use."""


def listen(host: str, port: int | None) -> socket.socket:
    """The listening socket on ``port``, or on the first free one from 8000; ``PortTaken``."""
    for candidate in [port] if port else range(FIRST_PORT, FIRST_PORT + 100):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if port:
                raise PortTaken(
                    f"Port {port} on {host} cannot be used ({error.strerror}). Stop what uses "
                    "it, choose another PORT, or leave PORT out to take the next free one."
                ) from None
            continue
        return listener
    raise PortTaken(f"No port from {FIRST_PORT} to {FIRST_PORT + 99} is free; choose a PORT.")
