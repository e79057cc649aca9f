"""The program that starts a project's server inside the sandbox, and asks it: it runs where the server's loopback is.

It is handed to the interpreter as text, with one JSON object: the command, where it may listen, the questions.
It prints one JSON object: where the server listened, how it ended if it did, what it printed, and the answers.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BODY = 200_000  #: bytes of an answer that are read
ANSWER = 10.0  #: seconds for one answer
PRINTED = 4_000  #: characters of what the server printed


def main(given: dict[str, Any]) -> dict[str, Any]:
    """Start it, ask it, end it."""
    with tempfile.TemporaryFile("w+b") as printed:
        null, both = subprocess.DEVNULL, subprocess.STDOUT
        server = subprocess.Popen(given["start"], stdin=null, stdout=printed, stderr=both)  # noqa: S603  (inside)
        try:
            port = listening(server, given["ports"], time.monotonic() + given["wait"])
            answers = [ask(port, question) for question in given["ask"]] if port else []
            code = server.poll()
        finally:
            server.kill()
            server.wait()
        printed.seek(0, os.SEEK_END)
        printed.seek(max(0, printed.tell() - PRINTED))
        said = printed.read().decode("utf-8", "replace")
    return {"port": port, "exit": code, "printed": said, "answers": answers}


def listening(server: subprocess.Popen[bytes], ports: list[int], until: float) -> int:
    """The port where the server takes calls; 0 when it ended, or time is up."""
    while time.monotonic() < until and server.poll() is None:
        for port in (*ports, *open_ports()):
            with contextlib.suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                line.connect()
                line.close()
                return port
        time.sleep(0.02)
    return 0


def open_ports() -> list[int]:
    """Every port of this loopback that somebody listens on, where we may look."""
    found = []
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError), Path(f"/proc/net/{name}").open() as file:
            for line in list(file)[1:]:
                words = line.split()
                if words[3] == "0A":
                    found.append(int(words[1].rpartition(":")[2], 16))
    return found


def ask(port: int, question: dict[str, Any]) -> dict[str, Any]:
    """One answer, or why there is none."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER)
    try:
        body = question["body"].encode("utf-8") or None
        kind = "application/json" if body and body[:1] in b"[{" else "application/x-www-form-urlencoded"
        line.request(question["method"], question["path"], body=body, headers={"Content-Type": kind} if body else {})
        answer = line.getresponse()
        text = answer.read(BODY).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"status": 0, "text": f"{type(error).__name__}: {error}"}
    finally:
        line.close()
    return {"status": answer.status, "text": text}


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
