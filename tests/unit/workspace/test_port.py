"""Port 8000 or the next free one; a port that was asked for is taken or refused."""

from __future__ import annotations

import socket

import pytest

from opentas.port import PortTaken, listen

HOST = "127.0.0.1"


def test_a_taken_port_is_refused_with_a_sentence() -> None:
    with listen(HOST, None) as first:
        taken = first.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {taken} on 127.0.0.1 cannot be used"):
            listen(HOST, taken)


def test_without_a_port_the_next_free_one_is_taken() -> None:
    with listen(HOST, None) as first, listen(HOST, None) as second:
        assert 8000 <= first.getsockname()[1] < second.getsockname()[1]


def test_a_free_port_is_taken_as_asked() -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        free = probe.getsockname()[1]
    with listen(HOST, free) as listener:
        assert listener.getsockname()[1] == free
