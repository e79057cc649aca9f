"""A proxy on loopback that passes TCP on and says first, by the PROXY protocol, whom it passes on.

with Proxy(port) as proxy:               # version 1, a line of text; Proxy(port, version=2) says it in bytes
    smtplib.SMTP("127.0.0.1", proxy.port, source_address=("127.0.0.21", 0))
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Final, Self

HOST: Final = "127.0.0.1"
SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
PATIENCE: Final = 20.0


@dataclass
class Proxy:
    """One proxy; who is behind it is what the other end of each connection is."""

    behind: int  #: the port that it passes on to
    version: int = 1
    port: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._listener = socket.create_server((HOST, self.port))
        self._listener.settimeout(0.05)
        self.port = self._listener.getsockname()[1]
        self._spawn(self._accept)
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()

    def _spawn(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                client, behind = self._listener.accept()
                self._spawn(self._serve, client, *behind)

    def _serve(self, client: socket.socket, host: str, port: int) -> None:
        with client, socket.create_connection((HOST, self.behind), PATIENCE) as server:
            client.settimeout(PATIENCE)
            server.sendall(self.header(host, port))
            back = threading.Thread(target=_pass, args=(server, client), daemon=True)
            back.start()
            _pass(client, server)
            back.join(PATIENCE)

    def header(self, host: str, port: int) -> bytes:
        """What is said before the first byte of the client at *host* and *port*."""
        if self.version == 1:
            return f"PROXY TCP4 {host} {HOST} {port} {self.port}\r\n".encode()
        addresses = socket.inet_aton(host) + socket.inet_aton(HOST) + struct.pack("!HH", port, self.port)
        return SIGNATURE + struct.pack("!BBH", 0x21, 0x11, len(addresses)) + addresses


def _pass(source: socket.socket, target: socket.socket) -> None:
    """One direction, until it ends."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
