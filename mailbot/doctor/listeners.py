"""The ports that mailbot listens on: ours to take, or taken by us, or by somebody else."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import AsyncGenerator, Iterator

from mailbot.doctor.apart import apart
from mailbot.doctor.patient import Patient
from mailbot.doctor.sign import Sign, fail, ok
from mailbot.store.owner import holder_of


async def ports(patient: Patient) -> AsyncGenerator[Sign]:
    """Each can be listened on."""
    holder = await apart(lambda: holder_of(patient.settings.folder))
    taken = 0
    wanted = list(_places(patient))
    for what, place in wanted:
        error = await apart(lambda place=place: _trouble(place))  # type: ignore[misc]  # a default, for the loop
        if error is None:
            yield ok(f"{what} can listen on {place}")
        elif error.errno == errno.EADDRINUSE and holder:
            taken += 1
            yield ok(f"{what} listens on {place} (process {holder} serves)")
        elif error.errno == errno.EADDRINUSE:
            words = f"{what} cannot listen on {place}: another program has this port"
            yield fail(words, f"ss -ltnp 'sport = :{place.rpartition(':')[2]}' tells which; stop it or set another")
        elif error.errno == errno.EACCES:
            words = f"{what} may not listen on {place}: ports below 1024 are for root, or for whoever is given them"
            yield fail(words, "AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or a port above 1023")
        else:
            yield fail(f"{what} cannot listen on {place}: {error.strerror or error}", "set another address in listen")
    if holder and wanted and not taken:
        words = f"another mailbot (process {holder}) serves {patient.settings.folder} with other settings"
        yield fail(words, f"stop process {holder}, or set another `data` folder for this one")


def _places(patient: Patient) -> Iterator[tuple[str, str]]:
    for room in patient.settings.receive:
        if place := getattr(room, "listen", ""):
            yield room.kind.upper(), str(place)
    for place in patient.settings.web.listen if patient.settings.web else ():
        yield "HTTP", place


def _trouble(place: str) -> OSError | None:
    """Why nobody can listen at *place*."""
    if "/" in place:
        return None  # a socket's file is made anew
    host, _, port = place.rpartition(":")
    if port == "0":
        return None
    try:
        found = socket.getaddrinfo(
            host.strip("[]") or None, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, proto, _, address in found:
            with contextlib.closing(socket.socket(family, kind, proto)) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind(address)
                sock.listen(1)
    except OSError as error:
        return error
    return None
